package proxy

import (
	"strings"
	"time"

	"gohap/parser/ast"
	"gohap/parser/diag"
	"gohap/parser/value"
	"gohap/runtime/core"
	"gohap/runtime/registry"
)

func init() {
	registry.Directives.Add(&registry.Directive{
		Keyword: registry.Keyword{
			Name: "cookie", Manual: "4.2",
			Usage: "<name> [ rewrite | insert | prefix ] [ indirect ] [ nocache ] [ postonly ] [ preserve ] [ httponly ] [ secure ] " +
				"[ domain <domain> ]* [ maxidle <idle> ] [ maxlife <life> ] [ dynamic ] [ attr <value> ]*",
			Doc: "Sends clients back to the server that a cookie names.",
			OK: []string{"cookie SRV", "cookie SRV insert indirect nocache", "cookie SRV prefix", "cookie SRV rewrite",
				"cookie SRV insert dynamic", "cookie SRV insert preserve httponly secure domain .example.com maxidle 30m maxlife 8h attr SameSite=Lax"},
			Bad: []string{"cookie", "cookie SRV nonsense", "cookie SRV insert rewrite", "cookie SRV preserve", "cookie SRV insert domain",
				"cookie SRV insert domain .a;b", "cookie SRV insert maxidle", "cookie SRV insert maxidle 5x", "cookie SRV insert maxlife",
				"cookie SRV insert attr", `cookie SRV insert attr a;b`},
		},
		In: registry.Proxies, Mode: registry.HTTPMode, Dump: "-", Compile: compileCookie,
	}, &registry.Directive{
		Keyword: registry.Keyword{
			Name: "dynamic-cookie-key", Manual: "4.2", Usage: "<key>", OK: []string{"dynamic-cookie-key secret"}, Bad: []string{"dynamic-cookie-key"},
			Doc: "The key with which dynamic cookies are made: a server has the same in all proxies that have the key.",
		},
		In: registry.Proxies, Dump: "-",
		Compile: func(c *registry.Compiler, st *ast.Statement) {
			warnSide(c, st, core.Backend, "dynamic-cookie-key")
			key := word(st, 1)
			if key.Text == "" {
				c.Alert(key, "'dynamic-cookie-key' expects <secret_key> as argument.")
				return
			}
			c.Proxy.DynamicCookieKey = key.Text
		},
	})
}

func compileCookie(c *registry.Compiler, st *ast.Statement) {
	warnSide(c, st, core.Backend, "cookie")
	name := word(st, 1)
	if name.Text == "" {
		c.Alert(name, "'cookie' expects <cookie_name> as argument.")
		return
	}
	k := &core.Cookie{Name: name.Text}
	for i := 2; i < len(st.Words); i++ {
		n, ok := cookieOption(c, k, st.Words[i:])
		if !ok {
			return
		}
		i += n
	}
	modes := 0
	for _, on := range []bool{k.Rewrite, k.Insert, k.Prefix} {
		if on {
			modes++
		}
	}
	switch {
	case modes > 1:
		c.Alert(&st.Words[0], "cookie 'rewrite', 'insert' and 'prefix' modes are incompatible.")
		return
	case k.Preserve && !k.Insert && !k.Indirect:
		c.Alert(&st.Words[0], "cookie 'preserve' requires at least 'insert' or 'indirect'.")
		return
	}
	k.Suffix = cookieSuffix(k)
	c.Proxy.Cookie, c.Proxy.DynamicCookie = k, k.Dynamic
}

// cookieOption reads the option at the start of words and returns how many
// words behind it belong to it.
func cookieOption(c *registry.Compiler, k *core.Cookie, words []ast.Word) (int, bool) {
	w := &words[0]
	for _, f := range []struct {
		name string
		flag *bool
	}{
		{"rewrite", &k.Rewrite}, {"insert", &k.Insert}, {"prefix", &k.Prefix}, {"indirect", &k.Indirect}, {"nocache", &k.NoCache},
		{"postonly", &k.PostOnly}, {"preserve", &k.Preserve}, {"httponly", &k.HTTPOnly}, {"secure", &k.Secure},
	} {
		if w.Text == f.name {
			*f.flag = true
			return 0, true
		}
	}
	arg := w
	if len(words) > 1 {
		arg = &words[1]
	}
	missing := len(words) < 2 || arg.Text == ""
	switch w.Text {
	case "domain":
		return 1, cookieDomain(c, k, arg, missing)
	case "maxidle":
		return 1, cookieTime(c, &k.MaxIdle, w, arg, missing, "idletime")
	case "maxlife":
		return 1, cookieTime(c, &k.MaxLife, w, arg, missing, "lifetime")
	case "attr":
		return 1, cookieAttribute(c, k, arg, missing)
	case "dynamic":
		warnSide(c, c.Statement, core.Backend, "dynamic")
		k.Dynamic = true
		return 0, true
	}
	c.Alert(w, "'cookie' supports 'rewrite', 'insert', 'prefix', 'indirect', 'nocache', 'postonly', 'domain', 'maxidle', 'dynamic', 'maxlife' and 'attr' options.")
	return 0, false
}

func cookieDomain(c *registry.Compiler, k *core.Cookie, w *ast.Word, missing bool) bool {
	if missing {
		c.AlertTight(w, "'domain' expects <domain> as argument.")
		return false
	}
	for i := 0; i < len(w.Text); i++ {
		if b := w.Text[i]; !nameByte(b) || b == ':' {
			c.Diags.Line(diag.Alert, w.At(i, 1), c.Statement.Source, "character '%c' is not permitted in domain name '%s'.", b, w.Text)
			return false
		}
	}
	if !strings.Contains(strings.TrimPrefix(w.Text, "."), ".") {
		warnLine(c, w, "domain '%s' contains no embedded dot, this configuration may not work properly (see RFC6265#5.2.3).", w.Text)
	}
	k.Domains = append(k.Domains, w.Text)
	return true
}

func cookieTime(c *registry.Compiler, to *time.Duration, name, w *ast.Word, missing bool, what string) bool {
	if missing {
		c.AlertTight(w, "'%s' expects <%s> in seconds as argument.", name.Text, what)
		return false
	}
	d, warning, err := value.Time(w.Text, time.Second)
	if err != nil {
		c.AlertTight(w, "%s", argumentTo(err, "<"+name.Text+">"))
		return false
	}
	if warning != "" {
		c.WarnTime(w, warning)
	}
	*to = d
	return true
}

// cookieAttribute refuses what would end the attribute or the header.
func cookieAttribute(c *registry.Compiler, k *core.Cookie, w *ast.Word, missing bool) bool {
	if missing {
		c.AlertTight(w, "'attr' expects <value> as argument.")
		return false
	}
	for i := 0; i < len(w.Text); i++ {
		if b := w.Text[i]; b < ' ' || b == 0x7f || b == ';' {
			c.Diags.Line(diag.Alert, w.At(i, 1), c.Statement.Source, "character '%%x%02X' is not permitted in attribute value.", b)
			return false
		}
	}
	k.Attrs = append(k.Attrs, w.Text)
	return true
}

// cookieSuffix is what follows the value of an inserted cookie.
func cookieSuffix(k *core.Cookie) string {
	var b strings.Builder
	b.WriteString("; path=/")
	for _, d := range k.Domains {
		b.WriteString("; domain=" + d)
	}
	if k.HTTPOnly {
		b.WriteString("; HttpOnly")
	}
	if k.Secure {
		b.WriteString("; Secure")
	}
	for _, a := range k.Attrs {
		b.WriteString("; " + a)
	}
	return b.String()
}
