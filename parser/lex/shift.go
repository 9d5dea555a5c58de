package lex

// From returns the word without the first i bytes of its text, for words that
// begin with a mark such as "!".
func (w Word) From(i int) Word {
	if i <= 0 || i > len(w.Text) {
		return w
	}
	rest := w
	rest.Text = w.Text[i:]
	if w.Cols != nil {
		rest.Cols = w.Cols[i:]
	}
	start := w.At(i, 1).Col
	rest.Pos.Len = max(w.Pos.Len-(start-w.Pos.Col), 1)
	rest.Pos.Col = start
	return rest
}
