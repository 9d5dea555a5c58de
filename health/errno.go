package health

import (
	"errors"
	"syscall"
)

// errnoTexts are the C library's words, which messages quote, for the errors
// that a connection meets. Go's own are in lower case.
var errnoTexts = map[syscall.Errno]string{
	syscall.EPERM:           "Operation not permitted",
	syscall.ENOENT:          "No such file or directory",
	syscall.EINTR:           "Interrupted system call",
	syscall.EIO:             "Input/output error",
	syscall.EBADF:           "Bad file descriptor",
	syscall.EAGAIN:          "Resource temporarily unavailable",
	syscall.ENOMEM:          "Cannot allocate memory",
	syscall.EACCES:          "Permission denied",
	syscall.EINVAL:          "Invalid argument",
	syscall.ENFILE:          "Too many open files in system",
	syscall.EMFILE:          "Too many open files",
	syscall.EPIPE:           "Broken pipe",
	syscall.EPROTO:          "Protocol error",
	syscall.EPROTONOSUPPORT: "Protocol not supported",
	syscall.EAFNOSUPPORT:    "Address family not supported by protocol",
	syscall.EADDRINUSE:      "Address already in use",
	syscall.EADDRNOTAVAIL:   "Cannot assign requested address",
	syscall.ENETDOWN:        "Network is down",
	syscall.ENETUNREACH:     "Network is unreachable",
	syscall.ENETRESET:       "Network dropped connection on reset",
	syscall.ECONNABORTED:    "Software caused connection abort",
	syscall.ECONNRESET:      "Connection reset by peer",
	syscall.ENOBUFS:         "No buffer space available",
	syscall.ENOTCONN:        "Transport endpoint is not connected",
	syscall.ETIMEDOUT:       "Connection timed out",
	syscall.ECONNREFUSED:    "Connection refused",
	syscall.EHOSTDOWN:       "Host is down",
	syscall.EHOSTUNREACH:    "No route to host",
}

// local are the errors that the system finds without asking the network.
var local = map[syscall.Errno]bool{
	syscall.EPERM: true, syscall.EACCES: true, syscall.EINVAL: true,
	syscall.ENETUNREACH: true, syscall.EADDRNOTAVAIL: true,
	syscall.EAFNOSUPPORT: true, syscall.EMFILE: true, syscall.ENFILE: true,
}

// errorText is how a message quotes an error.
func errorText(err error) string {
	var no syscall.Errno
	if !errors.As(err, &no) {
		return err.Error()
	}
	if t, ok := errnoTexts[no]; ok {
		return t
	}
	return no.Error()
}

// isErrno says whether the system itself reported the error. A connection that
// the system gives up is a broken one, not one that we lost patience with.
func isErrno(err error) bool {
	var no syscall.Errno
	return errors.As(err, &no)
}
