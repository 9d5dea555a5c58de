package main

import (
	"strings"
	"syscall"
)

// signalName is the C library's word for a signal: Go has it in lower case.
func signalName(s syscall.Signal) string {
	text := s.String()
	return strings.ToUpper(text[:1]) + text[1:]
}
