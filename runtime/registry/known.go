package registry

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
)

// haproxyWords lists the keywords that HAProxy 2.6 has, a line each: a letter
// for the group (see [HAProxyHas]), a blank, and the keyword's words.
//
//go:embed haproxy-words.txt
var haproxyWords string

// haproxyUnlisted are those of them that -dK does not list.
//
//go:embed haproxy-unlisted.txt
var haproxyUnlisted string

var (
	known    = sync.OnceValue(func() map[string]bool { return lineSet(haproxyWords) })
	unlisted = sync.OnceValue(func() map[string]bool { return lineSet(haproxyUnlisted) })
)

// lineSet is the set of a text's lines, without comments.
func lineSet(text string) map[string]bool {
	m := map[string]bool{}
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
			m[line] = true
		}
	}
	return m
}

// HAProxyHas reports whether HAProxy 2.6 has the keyword in a group: 'g' the
// global section, 'p' proxies, 'b' bind options, 's' server options, 'a' rule
// actions, 'f' fetches, 'c' converters. What HAProxy has and gohap lacks is
// answered with "not supported yet" rather than with "unknown".
func HAProxyHas(group byte, words string) bool {
	return known()[string(group)+" "+words]
}

// HAProxyWords returns the keywords that HAProxy 2.6 has in a group, sorted, for
// suggestions.
func HAProxyWords(group byte) []string {
	var words []string
	for w := range known() {
		if w[0] == group {
			words = append(words, w[2:])
		}
	}
	slices.Sort(words)
	return words
}

// HAProxyLists reports whether -dK of HAProxy 2.6 may list the keyword: it lists
// only those that a module of it registers. The groups are those of
// [HAProxyHas].
func HAProxyLists(group byte, words string) bool {
	return !unlisted()[string(group)+" "+words]
}
