package main

import (
	"runtime"
	"strings"

	"gohap/parser"
)

// features are HAProxy's names of what a build may have, in its order, and
// whether it is true of this program. Conditions ask for them with feature().
// A library that something was made with elsewhere counts as there when what it
// is for works: regular expressions have PCRE2's name.
var features = []struct {
	name string
	have bool
}{
	{"51DEGREES", false}, {"ACCEPT4", linux}, {"BACKTRACE", true}, {"CLOSEFROM", false},
	{"CPU_AFFINITY", false}, {"CRYPT_H", true}, {"DEVICEATLAS", false}, {"DL", false}, {"ENGINE", false},
	{"EPOLL", linux}, {"EVPORTS", false}, {"GETADDRINFO", true},
	{"KQUEUE", !linux}, {"LIBCRYPT", true}, {"LINUX_SPLICE", linux}, {"LINUX_TPROXY", linux}, {"LUA", true},
	{"MEMORY_PROFILING", false}, {"NETFILTER", false}, {"NS", false}, {"OBSOLETE_LINKER", false},
	{"OPENSSL", true}, {"OT", false}, {"PCRE", false}, {"PCRE2", true}, {"PCRE2_JIT", false}, {"PCRE_JIT", false},
	{"POLL", false}, {"PRCTL", linux}, {"PROCCTL", false}, {"PROMEX", true}, {"QUIC", false}, {"RT", true},
	{"SLZ", true}, {"STATIC_PCRE", false}, {"STATIC_PCRE2", false}, {"SYSTEMD", linux}, {"TFO", linux},
	{"THREAD", true}, {"THREAD_DUMP", false}, {"TPROXY", linux}, {"WURFL", false}, {"ZLIB", false},
}

const linux = runtime.GOOS == "linux"

// featureList is the list of -vv.
func featureList() string {
	words := make([]string, len(features))
	for i, f := range features {
		words[i] = "-" + f.name
		if f.have {
			words[i] = "+" + f.name
		}
	}
	return strings.Join(words, " ")
}

// parserFeatures is what conditions in the configuration may ask for.
func parserFeatures() parser.Features {
	names := map[string]bool{}
	for _, f := range features {
		names[f.name] = f.have
	}
	return parser.Features{Version: version, Names: names}
}
