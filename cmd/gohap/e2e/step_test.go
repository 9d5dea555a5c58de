package e2e

import (
	"fmt"
	"strings"
)

// makeStep checks a step's actor, verb and arguments. Adjacent strings are one
// argument, except for verbs that take several.
func makeStep(pos string, line []word, params []string, used map[int]bool) (step, error) {
	st := step{pos: pos, actor: line[0].bare, verb: line[1].bare}
	v, ok := verbs[st.verb]
	if !ok {
		return st, fmt.Errorf("unknown verb %q", st.verb)
	}
	if st.actor == "" || !strings.Contains(v.actors, st.actor[:1]) || strings.Trim(st.actor[1:], "0123456789") != "" {
		return st, fmt.Errorf("%q does not know how to %s", st.actor, st.verb)
	}
	args := line[2:]
	for _, w := range args {
		if w.param > 0 {
			used[w.param] = true
		}
	}
	var err error
	switch {
	case len(args) == 1 && !args[0].str: // a lone bare word is an argument too
		st.args = []string{args[0].bare}
	case v.max < 0:
		st.args, err = separate(args, params)
	case len(args) > 0:
		var text string
		text, err = join(args, params)
		st.args = []string{text}
	}
	if err != nil {
		return st, err
	}
	if len(st.args) < v.min || (v.max >= 0 && len(st.args) > v.max) {
		return st, fmt.Errorf("wrong number of arguments to %s", st.verb)
	}
	return st, nil
}

// join concatenates strings, with the parameters put in.
func join(words []word, params []string) (string, error) {
	var b strings.Builder
	for _, w := range words {
		switch {
		case !w.str:
			return "", fmt.Errorf("unexpected word %q", w.bare)
		case w.param > len(params):
			return "", fmt.Errorf("no string for $%d", w.param)
		case w.param > 0:
			b.WriteString(params[w.param-1])
		default:
			b.WriteString(strings.Repeat(w.text, w.times))
		}
	}
	return b.String(), nil
}

// separate makes each string an argument of its own, except that "+" glues two.
func separate(words []word, params []string) ([]string, error) {
	var out []string
	for len(words) > 0 {
		n := 1
		for len(words) > n+1 && words[n].bare == "+" {
			n += 2
		}
		var run []word
		for i := 0; i < n; i += 2 {
			run = append(run, words[i])
		}
		text, err := join(run, params)
		if err != nil {
			return nil, err
		}
		out = append(out, text)
		words = words[n:]
	}
	return out, nil
}
