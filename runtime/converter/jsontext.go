package converter

import "bytes"

// jsonKind is what a value of a JSON text is.
type jsonKind uint8

const (
	jsonInvalid jsonKind = iota
	jsonNull
	jsonTrue
	jsonFalse
	jsonNumber
	jsonString
	jsonArray
	jsonObject
)

// maxJSONDepth is how deep arrays and objects may nest.
const maxJSONDepth = 20

// jsonText reads a JSON text from its start on, no further than it needs: what
// stands behind the value that is looked for may be wrong.
type jsonText struct {
	b     []byte
	depth int
}

// find returns the value at a path, a string's without quotes.
func (t *jsonText) find(p jsonPath) ([]byte, jsonKind) {
	if p.none {
		return nil, jsonInvalid
	}
	for i := range p.steps {
		if !t.enter(&p.steps[i]) {
			return nil, jsonInvalid
		}
	}
	return t.value()
}

// blank skips white space and returns the byte behind it, 0 at the end.
func (t *jsonText) blank() byte {
	t.b = bytes.TrimLeft(t.b, " \t\r\n")
	if len(t.b) == 0 {
		return 0
	}
	return t.b[0]
}

// take skips white space and one byte, which has to be c.
func (t *jsonText) take(c byte) bool {
	if t.blank() != c {
		return false
	}
	t.b = t.b[1:]
	return true
}

// enter goes to the value of an object's member or to an array's element.
func (t *jsonText) enter(s *jsonStep) bool {
	t.depth++
	first, last := byte('['), byte(']')
	if s.name != nil {
		first, last = '{', '}'
	}
	if !t.take(first) || t.depth > maxJSONDepth || t.blank() == last {
		return false
	}
	for i := 0; ; i++ {
		found := i == s.index
		if s.name != nil {
			name, ok := t.name()
			if !ok {
				return false
			}
			found = bytes.Equal(name, s.name)
		}
		if found {
			return true
		}
		if _, kind := t.value(); kind == jsonInvalid || !t.take(',') {
			return false
		}
	}
}

// name reads a member's name and the colon behind it.
func (t *jsonText) name() ([]byte, bool) {
	if t.blank() != '"' {
		return nil, false
	}
	name, kind := t.value()
	return name, kind == jsonString && t.take(':')
}

// value reads a value.
func (t *jsonText) value() ([]byte, jsonKind) {
	switch c := t.blank(); {
	case c == '{' || c == '[':
		return t.nested(c)
	case c == '"':
		for i := 1; i < len(t.b); i++ {
			switch t.b[i] {
			case '\\':
				i++
			case '"':
				v := t.b[1:i]
				t.b = t.b[i+1:]
				return v, jsonString
			}
		}
	case c == '-' || isDigit(c):
		n := numberLength(t.b)
		v := t.b[:n]
		t.b = t.b[n:]
		return v, jsonNumber
	}
	for _, w := range [...]struct {
		text string
		kind jsonKind
	}{{"true", jsonTrue}, {"false", jsonFalse}, {"null", jsonNull}} {
		if len(t.b) >= len(w.text) && string(t.b[:len(w.text)]) == w.text {
			v := t.b[:len(w.text)]
			t.b = t.b[len(w.text):]
			return v, w.kind
		}
	}
	return nil, jsonInvalid
}

// numberLength returns how many bytes at the start of b are a number.
func numberLength(b []byte) int {
	i := leadingDigits(b)
	if i < len(b) && b[i] == '.' {
		for i++; i < len(b) && isDigit(b[i]); i++ {
		}
	}
	if i < len(b) && b[i]|0x20 == 'e' {
		if i++; i < len(b) && (b[i] == '-' || b[i] == '+') {
			i++
		}
		for ; i < len(b) && isDigit(b[i]); i++ {
		}
	}
	return i
}

// nested reads an array or object to its end.
func (t *jsonText) nested(open byte) ([]byte, jsonKind) {
	kind, last := jsonArray, byte(']')
	if open == '{' {
		kind, last = jsonObject, '}'
	}
	start := t.b
	t.b = t.b[1:]
	if t.depth++; t.depth > maxJSONDepth {
		return nil, jsonInvalid
	}
	// A comma may be the last thing.
	for more := t.blank() != last; more; more = t.take(',') && t.blank() != last {
		if kind == jsonObject {
			if _, ok := t.name(); !ok {
				return nil, jsonInvalid
			}
		}
		if _, k := t.value(); k == jsonInvalid {
			return nil, jsonInvalid
		}
	}
	t.depth--
	if !t.take(last) {
		return nil, jsonInvalid
	}
	return start[:len(start)-len(t.b)], kind
}
