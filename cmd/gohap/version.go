package main

import (
	"fmt"
	"io"
	"runtime"
	"strings"

	"gohap/runtime/conn"
	"gohap/runtime/rsasign"
)

// The version that scripts see. Its number is that of the HAProxy release whose
// behaviour this program has: version_atleast() and tools that read the third
// word of -v decide by it what they may write into a configuration.
const (
	haproxyVersion = "2.6.12"
	gohapVersion   = "0.1"
	version        = haproxyVersion + "-gohap" + gohapVersion
	versionDate    = "2026/11/20"
)

// printVersion is -v.
func printVersion(w io.Writer) {
	fmt.Fprintf(w, "HAProxy version %s %s - https://haproxy.org/\n", version, versionDate)
	fmt.Fprintf(w, "Status: this is gohap, which runs HAProxy's configuration files; it is not made by the HAProxy project.\n")
	fmt.Fprintf(w, "Running on: %s\n", system())
}

// printBuild is -vv.
func printBuild(w io.Writer) {
	printVersion(w)
	fmt.Fprintf(w, `Build options :
  TARGET  = %s-go
  CPU     = %s
  CC      = %s
  CFLAGS  = none
  OPTIONS = none

Feature list : %s

Default settings :
  bufsize = 16384, maxrewrite = 1024, maxpollevents = 0

Built with multi-threading support (MAX_THREADS=64, default=%d).
Built with TLS support (crypto/tls of %s), RSA signatures are made by %s.
%s
%s.
Available polling systems :
%s

Available multiplexer protocols :
(protocols marked as <default> cannot be specified using 'proto' keyword)
         h2 : mode=HTTP  side=FE|BE  mux=H2    flags=HTX|HOL_RISK|NO_UPG
       fcgi : mode=HTTP  side=BE     mux=FCGI  flags=HTX|HOL_RISK|NO_UPG
  <default> : mode=HTTP  side=FE|BE  mux=H1    flags=HTX
         h1 : mode=HTTP  side=FE|BE  mux=H1    flags=HTX|NO_UPG
  <default> : mode=TCP   side=FE|BE  mux=PASS  flags=
       none : mode=TCP   side=FE|BE  mux=PASS  flags=NO_UPG

Available services : prometheus-exporter

Available filters :
	[CACHE] cache
	[COMP] compression
	[FCGI] fcgi-app
	[SPOE] spoe
	[TRACE] trace

`, runtime.GOOS, runtime.GOARCH, runtime.Version(), featureList(), runtime.NumCPU(), runtime.Version(), signatures(), transparency(), batching(), pollers())
}

// signatures tells what makes RSA signatures, which depends on the processor.
func signatures() string {
	if rsasign.Supported() {
		return "AVX-512 IFMA"
	}
	return "crypto/rsa"
}

// batching tells how many operations on sockets go into a system call.
func batching() string {
	if conn.HasURing() {
		return "Built to use io_uring beside epoll: available"
	}
	return "Built to use io_uring beside epoll: not available"
}

// pollers lists what waits for sockets, the best first.
func pollers() string {
	var b strings.Builder
	all := conn.Pollers()
	for i, name := range all {
		fmt.Fprintf(&b, "%11s : pref=%d,  test result OK\n", name, 300-100*i)
	}
	fmt.Fprintf(&b, "Total: %d (%d usable), will use %s.", len(all), len(all), all[0])
	return b.String()
}

// transparency tells how foreign addresses can be bound to.
func transparency() string {
	if runtime.GOOS != "linux" {
		return "Built without transparent proxy support."
	}
	return "Built with transparent proxy support using: IP_TRANSPARENT IPV6_TRANSPARENT IP_FREEBIND"
}
