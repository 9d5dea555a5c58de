package main

import (
	"fmt"
	"strings"
	"syscall"

	"gohap/parser/value"
)

// outcome is what a command line comes to apart from options to run with.
type outcome int

const (
	toRun     outcome = iota
	toUsage           // wrong: print how it is used
	toVersion         // -v
	toBuild           // -vv
	toDebugHelp
)

// argError is a complaint about the command line that is printed as an alert.
type argError struct {
	text  string
	usage bool // print how it is used as well
}

func (e *argError) Error() string { return e.text }

// parseArgs reads a command line as HAProxy does. A word is one option, known
// by its first letters; what follows these is ignored, except after -d, and
// values are always words of their own. So "-n2000 -c" asks for a maxconn of
// "-c", which is 0. Nobody would write that; what matters is that every line
// that works with HAProxy means the same here.
func parseArgs(argv []string) (*options, outcome, error) {
	o := &options{argv: argv}
	args := argv[1:]
	if err := missingValue(args); err != nil {
		return o, toUsage, err
	}
	next := func() string { w := args[0]; args = args[1:]; return w }
	for len(args) > 0 {
		word := next()
		if len(word) < 2 || word[0] != '-' {
			return o, toUsage, nil
		}
		if word == "--" {
			o.files = append(o.files, args...)
			break
		}
		if valued(word) && len(args) == 0 {
			return o, toUsage, nil
		}
		switch flag := word[1:]; flag[0] {
		case 'v':
			if strings.HasPrefix(flag, "vv") {
				return o, toBuild, nil
			}
			return o, toVersion, nil
		case 'd':
			if end, err := o.debugFlag(flag[1:]); end != toRun || err != nil {
				return o, end, err
			}
		case 'c':
			if flag != "cc" {
				o.check = true
				break
			}
			if len(args) == 0 {
				return o, toUsage, nil
			}
			cond := next()
			o.cond = &cond
		case 'W':
			o.master = true
			o.systemd = o.systemd || flag == "Ws"
		case 'D':
			o.daemon = true
		case 'q':
			o.quiet = true
		case 'V':
			o.verbose = true
		case 's':
			if flag != "sf" && flag != "st" {
				return o, toUsage, nil
			}
			o.oldSig = syscall.SIGUSR1
			if flag == "st" {
				o.oldSig = syscall.SIGTERM
			}
			for len(args) > 0 && !strings.HasPrefix(args[0], "-") {
				if err := o.addOld(word, next()); err != nil {
					return o, toRun, err
				}
			}
		case 'x':
			if len(args) == 0 || strings.HasPrefix(args[0], "-") {
				return o, toUsage, &argError{"Unix socket path expected with the -x flag\n", true}
			}
			o.oldSock = next()
		case 'S':
			o.cliAddr = append(o.cliAddr, next())
		case 'C':
			o.chdir = next()
		case 'f':
			o.files = append(o.files, next())
		case 'p':
			o.pidFile = next()
		case 'L':
			o.localPeer = next()
		case 'n':
			o.maxConn = int(value.Atol(next()))
		case 'N':
			o.maxPerProxy = int(value.Atol(next()))
		case 'm':
			o.memMB = int(value.Atol(next()))
		default:
			return o, toUsage, nil
		}
	}
	if len(o.files) == 0 && o.cond == nil {
		return o, toUsage, nil
	}
	return o, toRun, nil
}

// valued reports whether an option takes the next word whatever it is.
func valued(word string) bool { return strings.IndexByte("SCfpLnNm", word[1]) >= 0 }

// missingValue finds an option at the end of the line whose value is not there.
func missingValue(args []string) error {
	for i := 0; i < len(args); i++ {
		word := args[i]
		if word == "--" || len(word) < 2 || word[0] != '-' {
			return nil
		}
		if !valued(word) {
			for strings.HasPrefix(word, "-s") && i+1 < len(args) && !strings.HasPrefix(args[i+1], "-") {
				i++
			}
			if word[1] == 'x' || word == "-cc" {
				i++
			}
			continue
		}
		if i++; i >= len(args) {
			return &argError{text: "failed to copy argv."}
		}
	}
	return nil
}

// addOld reads one word after -sf or -st.
func (o *options) addOld(option, word string) error {
	pid, rest := 0, word
	for rest != "" && rest[0] >= '0' && rest[0] <= '9' {
		pid, rest = (pid*10+int(rest[0]-'0'))&0x7fffffff, rest[1:]
	}
	if rest != "" || word == "" {
		return &argError{text: fmt.Sprintf("%s option: some bytes unconsumed in PID list {%s}", option, rest)}
	}
	// Signalling 0 would reach our own process group.
	if pid > 0 {
		o.oldPIDs = append(o.oldPIDs, pid)
	}
	return nil
}
