//go:build !linux

package main

// forbidNewPrivileges has no counterpart here.
func forbidNewPrivileges() {}

// makeDumpable has no counterpart here.
func makeDumpable() {}
