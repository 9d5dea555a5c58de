package e2e

import (
	"fmt"
	"hash/fnv"
	"regexp"
	"sort"
	"strings"
)

// mutant is a config with one thing broken.
type mutant struct {
	from string // the file that it was made from
	line int
	how  string // what was done
	now  string // the line as it is now, blanks normalized
	text string
}

// String says where the mutant comes from and what is wrong with it.
func (m *mutant) String() string {
	return fmt.Sprintf("%s:%d (%s) %s", m.from, m.line, m.how, m.now)
}

// rank orders mutants in a way that looks random and does not depend on other
// files, nor on where in its file the line stands.
func (m *mutant) rank() uint64 {
	h := fnv.New64a()
	fmt.Fprintf(h, "%s\x00%s", m.how, m.now)
	return h.Sum64()
}

var (
	cfgWord     = regexp.MustCompile(`(?:\\.|'[^']*'|"(?:\\.|[^"\\])*"|[^\s'"\\])+`)
	sectionHead = regexp.MustCompile(`^\s*(global|defaults|frontend|backend|listen|peers|resolvers|userlist|mailers|cache|http-errors|ring|program)\b`)
	number      = regexp.MustCompile(`^-?\d+$`)
	timeWord    = regexp.MustCompile(`^\d+(us|ms|s|m|h|d)$`)
	address     = regexp.MustCompile(`^[^:]*:\d+$`)
)

// mutants breaks each line of a config in every way there is. seen holds the
// broken lines of all files so far, by kind of section: each is made only once.
func mutants(name, text string, seen map[string]bool) []*mutant {
	lines := strings.SplitAfter(text, "\n")
	var out []*mutant
	section := ""
	for i, line := range lines {
		if m := sectionHead.FindStringSubmatch(line); m != nil {
			section = m[1]
		}
		body := strings.TrimRight(line, "\r\n")
		words := cfgWord.FindAllStringIndex(body, -1)
		if len(words) == 0 || strings.HasPrefix(strings.TrimSpace(body), "#") {
			continue
		}
		for _, c := range changes(body, words) {
			now := strings.Join(strings.Fields(c.line), " ")
			key := section + "\x00" + c.how + "\x00" + now
			if c.line == body || seen[key] {
				continue
			}
			seen[key] = true
			changed := append([]string(nil), lines...)
			changed[i] = c.line + line[len(body):]
			out = append(out, &mutant{from: name, line: i + 1, how: c.how, now: now, text: strings.Join(changed, "") + c.more})
		}
	}
	return out
}

// change is one way to break a line.
type change struct {
	how  string
	line string
	more string // what goes to the end of the file
}

// changes lists the ways to break a line with these words.
func changes(line string, words [][]int) []change {
	var out []change
	add := func(how string, k int, word string) {
		out = append(out, change{how: how, line: line[:words[k][0]] + word + line[words[k][1]:]})
	}
	for k, at := range words {
		word := line[at[0]:at[1]]
		add("typo", k, typo(word))
		add("dropped", k, "")
		add("twice", k, word+" "+word)
		add("extra", k, word+" extra")
		switch {
		case number.MatchString(word):
			add("type", k, "abc")
			for _, n := range []string{"0", "-1", "65536", "99999999999"} {
				add("range", k, n)
			}
			add("unit", k, word+"x")
		case timeWord.MatchString(word):
			add("type", k, "abc")
			add("unit", k, strings.TrimRight(word, "usmhd")+"x")
			add("unit", k, strings.TrimRight(word, "usmhd")+"w")
			add("range", k, "99999999999"+strings.TrimLeft(word, "0123456789"))
		case address.MatchString(word):
			host, _, _ := strings.Cut(word, ":")
			for _, a := range []string{":", ":0", ":65536", ":x", ":80-70"} {
				add("range", k, host+a)
			}
			add("type", k, "300.1.2.3:80")
		default:
			add("type", k, "17")
		}
	}
	if !sectionHead.MatchString(line) {
		for _, s := range []string{"global", "defaults", "frontend other", "backend other"} {
			out = append(out, change{how: "section " + s, line: "", more: "\n" + s + "\n" + line + "\n"})
		}
		out = append(out, change{how: "line twice", line: line + "\n" + line})
	} else {
		for _, s := range []string{"global", "defaults", "frontend", "backend", "listen"} {
			add("section", 0, s)
		}
		out = append(out, change{how: "section twice", line: line, more: "\n" + line + "\n"})
	}
	return out
}

// typo misspells a word: where depends on the word.
func typo(word string) string {
	h := fnv.New32a()
	h.Write([]byte(word))
	n := int(h.Sum32() & 0x7fffffff)
	i := n / 3 % len(word)
	switch n % 3 {
	case 0: // a letter is missing
		return word[:i] + word[i+1:]
	case 1: // a letter is there twice
		return word[:i] + word[i:i+1] + word[i:]
	}
	return word[:i] + "x" + word[i+1:]
}

// sample picks n of the mutants, always the same ones.
func sample(all []*mutant, n int) []*mutant {
	sort.SliceStable(all, func(i, j int) bool { return all[i].rank() < all[j].rank() })
	if len(all) > n {
		all = all[:n]
	}
	return all
}
