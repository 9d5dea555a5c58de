package main

import "golang.org/x/sys/unix"

func rlimit(cur, max int) unix.Rlimit { return unix.Rlimit{Cur: int64(cur), Max: int64(max)} }
