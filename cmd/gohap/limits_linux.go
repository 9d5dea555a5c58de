package main

import "golang.org/x/sys/unix"

func rlimit(cur, max int) unix.Rlimit { return unix.Rlimit{Cur: uint64(cur), Max: uint64(max)} }
