package action

import (
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"gohap/parser/ast"
	"gohap/parser/value"
	"gohap/runtime/core"
	"gohap/runtime/http/errorpage"
	"gohap/runtime/registry"
	"gohap/runtime/sample"
)

// replyKind is where an answer's body comes from.
type replyKind uint8

const (
	noBody       replyKind = iota
	defaultPages           // the proxy's error page for the status
	errorFile
	sectionFile // of an http-errors section
	fixedBody
	formatBody
)

// reply is a compiled answer.
type reply struct {
	status      int
	kind        replyKind
	page        *errorpage.Page
	contentType []byte
	headers     []replyHeader
	body        []byte
	format      core.Format
	length      []byte // of a fixed body, in decimal
}

type replyHeader struct {
	name  []byte
	value text
}

func parseReply(c *registry.Compiler, a *registry.ActionArgs, status int) (*reply, bool) {
	return parseReplyOf(c, a, status, false)
}

// parseReplyOf reads the words of an answer. With pages it is the error page for
// the status.
func parseReplyOf(c *registry.Compiler, a *registry.ActionArgs, status int, pages bool) (*reply, bool) {
	p := &replyParser{c: c, a: a, r: &reply{status: status}, i: 1}
	if pages {
		p.r.kind, p.source = defaultPages, "default-errorfiles"
	}
	return p.read()
}

// read reads all words of the answer.
func (p *replyParser) read() (*reply, bool) {
	for p.i < len(p.a.Words) {
		w := &p.a.Words[p.i]
		take := replyWords[w.Text]
		if take == nil {
			if p.line {
				return nil, p.fail("unknown keyword '%s'.", w.Text)
			}
			break
		}
		if !take(p, w) {
			return nil, false
		}
	}
	// HAProxy looks at the answer before it looks at what follows.
	end := p.i
	if !p.finish() || !p.a.End(p.c, end) {
		return nil, false
	}
	return p.r, true
}

// replyParser reads the arguments of one answer.
type replyParser struct {
	c *registry.Compiler
	a *registry.ActionArgs
	r *reply
	// i is the next word, source the one that told where the body comes from.
	i      int
	source string
	// line says that the answer is an http-error line's instead of a rule's.
	line bool
}

// replyWords read a word with its arguments and go behind them.
var replyWords map[string]func(*replyParser, *ast.Word) bool

func init() {
	replyWords = map[string]func(*replyParser, *ast.Word) bool{
		"status":       (*replyParser).readStatus,
		"content-type": (*replyParser).readType,
		"hdr":          (*replyParser).readHeader,
		"default-errorfiles": func(p *replyParser, w *ast.Word) bool {
			p.i++
			p.r.kind = defaultPages
			return p.from(w)
		},
		"errorfile":  (*replyParser).readErrorFile,
		"errorfiles": (*replyParser).readErrorFiles,
		"string":     (*replyParser).readString,
		"lf-string":  (*replyParser).readString,
		"file":       (*replyParser).readFile,
		"lf-file":    (*replyParser).readFile,
	}
}

func (p *replyParser) fail(format string, args ...any) bool {
	end := "."
	if p.line {
		end = ""
	}
	p.a.Fail(p.c, p.i, "%s%s", fmt.Sprintf(format, args...), end)
	return false
}

// argument returns the word after the current one and goes behind it.
func (p *replyParser) argument(what string) (*ast.Word, bool) {
	if p.i+1 >= len(p.a.Words) || p.a.Words[p.i+1].Text == "" {
		return nil, p.fail("'%s' expects <%s> as argument", p.a.Words[p.i].Text, what)
	}
	p.i += 2
	return &p.a.Words[p.i-1], true
}

// from notes where the body comes from, of which there is one only.
func (p *replyParser) from(w *ast.Word) bool {
	if p.source != "" {
		p.i = min(p.i, len(p.a.Words)) - 1
		return p.fail("unexpected '%s' argument, '%s' already defined", w.Text, p.source)
	}
	p.source = w.Text
	return true
}

func (p *replyParser) readStatus(*ast.Word) bool {
	w, ok := p.argument("status_code")
	if !ok {
		return false
	}
	p.r.status = value.Atoi(w.Text)
	if p.r.status < 200 || p.r.status > 599 {
		p.i--
		return p.fail("Unexpected status code '%d'", p.r.status)
	}
	return true
}

func (p *replyParser) readType(*ast.Word) bool {
	w, ok := p.argument("ctype")
	if ok {
		p.r.contentType = []byte(w.Text)
	}
	return ok
}

func (p *replyParser) readHeader(*ast.Word) bool {
	if p.i+2 >= len(p.a.Words) || p.a.Words[p.i+1].Text == "" {
		return p.fail("'hdr' expects <name> and <value> as arguments")
	}
	name := strings.ToLower(p.a.Words[p.i+1].Text)
	v, ok := compileText(p.c, p.a, p.i+2)
	p.i += 3
	switch {
	case !ok:
	case name == "content-length" || name == "content-type":
		p.c.Warn(&p.a.Words[p.i-2], "header '%s' always ignored by the http reply.", p.a.Words[p.i-2].Text)
	default:
		p.r.headers = append(p.r.headers, replyHeader{[]byte(name), v})
	}
	return ok
}

func (p *replyParser) readErrorFile(w *ast.Word) bool {
	name, ok := p.argument("fmt")
	if !ok || !p.from(w) {
		return false
	}
	page, warning, err := errorpage.Read(name.Text, p.c.Global().Tune.BufSize)
	if err != nil {
		p.i--
		return p.fail("%s", err)
	}
	if warning != "" {
		p.c.Warn(name, "%s", warning)
	}
	p.r.kind, p.r.page = errorFile, page
	return true
}

func (p *replyParser) readString(w *ast.Word) bool {
	what := "str"
	if w.Text == "lf-string" {
		what = "fmt"
	}
	v, ok := p.argument(what)
	if !ok || !p.from(w) {
		return false
	}
	return p.setBody(w, v)
}

func (p *replyParser) readFile(w *ast.Word) bool {
	name, ok := p.argument("file")
	if !ok || !p.from(w) {
		return false
	}
	content, err := readBody(name.Text, p.c.Global().Tune.BufSize)
	if err != nil {
		p.i--
		return p.fail("%s", err)
	}
	n := *name
	n.Text, n.Cols = content, nil
	return p.setBody(w, &n)
}

// setBody makes the text of v the body, or its format for the lf- words.
func (p *replyParser) setBody(w, v *ast.Word) bool {
	if !strings.HasPrefix(w.Text, "lf-") {
		p.r.kind, p.r.body = fixedBody, []byte(v.Text)
		return true
	}
	f, ok := sample.Format(p.c, v, place(p.a))
	p.r.kind, p.r.format = formatBody, f
	return ok
}

// readBody reads a file that may not be larger than a buffer.
func readBody(name string, bufsize int) (string, error) {
	f, err := os.Open(name)
	if err != nil {
		return "", fmt.Errorf("error opening file '%s'", name)
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, int64(bufsize)+1))
	switch {
	case err != nil:
		return "", fmt.Errorf("error reading file '%s'", name)
	case len(b) > bufsize:
		return "", fmt.Errorf("file '%s' exceeds the buffer size (%d > %d)", name, len(b), bufsize)
	}
	return string(b), nil
}

// finish looks at the answer as a whole.
func (p *replyParser) finish() bool {
	r := p.r
	p.i = 0
	none := r.kind == noBody || r.kind == fixedBody && len(r.body) == 0
	switch {
	case r.kind == defaultPages && errorpage.Builtin(r.status) == nil:
		return p.fail("status code '%d' not handled by default with 'default-errorfiles' argument.", r.status)
	case (r.kind == formatBody || !none && r.kind == fixedBody) && (r.status == 204 || r.status == 304):
		return p.fail("No body expected for %d responses", r.status)
	case r.kind == formatBody && r.contentType == nil:
		return p.fail("a content type must be defined with a log-format payload")
	case r.kind == fixedBody && !none && r.contentType == nil:
		return p.fail("a content type must be defined when non-empty payload is configured")
	}
	p.warn(none)
	r.length = strconv.AppendInt(nil, int64(len(r.body)), 10)
	return true
}

// warn tells what has no effect.
func (p *replyParser) warn(none bool) {
	r, w := p.r, &p.a.Words[0]
	pages := r.kind == errorFile || r.kind == sectionFile || r.kind == defaultPages
	if r.contentType != nil {
		switch {
		case pages:
			p.c.Warn(w, "content-type '%s' ignored by the http reply when used with an erorrfile.", r.contentType)
		case r.kind == noBody:
			p.c.Warn(w, "content-type '%s' ignored by the http reply because neither errorfile nor payload defined.", r.contentType)
		case none:
			p.c.Warn(w, "content-type '%s' ignored by the http reply when used with an empty payload.", r.contentType)
		}
		if none {
			r.contentType = nil
		}
	}
	if len(r.headers) > 0 && pages {
		p.c.Warn(w, "hdr parameters ignored by the http reply when used with an erorrfile.")
	}
}
