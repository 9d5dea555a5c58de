package main

import "strings"

// debugFlag reads what follows "-d". The polling systems and memory pools that
// some of the letters are about do not exist here: these are accepted, as are
// letters that nobody knows.
func (o *options) debugFlag(flag string) (outcome, error) {
	if flag == "" {
		o.debug = true
		return toRun, nil
	}
	switch flag[0] {
	case 'b':
		o.inFront = true
	case 'D':
		o.diagMode = true
	case 'W':
		o.zeroWarning = true
	case 'r':
		o.resolveLater = true
	case 'V':
		o.noVerify = true
	case 'e':
		o.noEpoll = true
	case 'R':
		o.noReusePort = true
	case 'S':
		o.noSplice = true
	case 'L':
		o.listObjects = true
	case 'K':
		classes := flag[1:]
		o.keywords = &classes
	case 'M':
		return memoryDebug(flag[1:])
	}
	return toRun, nil
}

// memoryFlags are the words that -dM takes, each with its opposite. They are
// about HAProxy's allocator; here they change nothing.
var memoryFlags = [][3]string{
	{"fail", "no-fail", "make allocations fail at random"},
	{"no-merge", "merge", "keep pools of similar sizes apart"},
	{"cold-first", "hot-first", "take the object that was free for longest"},
	{"integrity", "no-integrity", "check objects that were free"},
	{"no-global", "global", "no cache for the whole process"},
	{"no-cache", "cache", "no cache for each thread"},
	{"caller", "no-caller", "remember who used an object last"},
	{"tag", "no-tag", "mark the end of objects"},
	{"poison", "no-poison", "fill objects with a byte"},
}

func memoryDebug(flag string) (outcome, error) {
	words := strings.TrimLeft(flag, "0123456789xXabcdefABCDEF")
	if words != "" && words[0] != ',' {
		words = flag // a word that begins like a number
	}
	for word := range strings.SplitSeq(words, ",") {
		if word == "help" {
			return toDebugHelp, nil
		}
		if word != "" && !isMemoryFlag(word) {
			return toRun, &argError{text: "-dM: unknown pool debugging feature <" + word + ">"}
		}
	}
	return toRun, nil
}

func isMemoryFlag(word string) bool {
	for _, f := range memoryFlags {
		if word == f[0] || word == f[1] {
			return true
		}
	}
	return false
}
