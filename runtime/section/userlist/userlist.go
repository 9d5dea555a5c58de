// Package userlist holds the keywords of "userlist" sections (configuration.txt
// 3.4). Importing it registers them.
package userlist

import (
	"strings"

	"gohap/parser/ast"
	"gohap/parser/diag"
	"gohap/runtime/registry"
	"gohap/runtime/userlist"
)

func init() {
	registry.Directives.Add(
		&registry.Directive{
			Keyword: registry.Keyword{
				Name: "group", Manual: "3.4", Usage: "<groupname> [users <user>,<user>,(...)]",
				Doc: "Adds a group, and the users that are its members.",
				OK:  []string{"group admins", "group admins users first,second"},
				Bad: []string{"group", "group a!", "group admins first"},
			},
			In: registry.Userlist, Dump: "-", Compile: compileGroup,
		},
		&registry.Directive{
			Keyword: registry.Keyword{
				Name: "user", Manual: "3.4",
				Usage: "<username> [password|insecure-password <password>] [groups <group>,<group>,(...)]",
				Doc:   "Adds a user with a password, hashed by crypt(3) or as it is, and the groups that the user is a member of.",
				OK: []string{"user tiger password $6$k6y3o.eP$JlKBx9za9667qe4xHSwRv6J.C0/D7cV91 groups first",
					"user scott insecure-password elgato", "user nobody"},
				Bad: []string{"user", "user scott elgato"},
			},
			In: registry.Userlist, Dump: "-", Compile: compileUser,
		},
	)
}

// Begin starts the section of the given name. A second one of a name is read,
// for its mistakes, and forgotten.
func Begin(c *registry.Compiler, name *ast.Word) {
	c.Userlist = userlist.New(name.Text)
	if c.Graph.Userlists[name.Text] != nil {
		c.Diags.Line(diag.Warning, name.Pos, c.Statement.Source, "ignoring duplicated userlist '%s'.", name.Text)
		return
	}
	c.Graph.Userlists[name.Text] = c.Userlist
}

// name returns the first argument, which a line must have.
func name(c *registry.Compiler, st *ast.Statement) (*ast.Word, bool) {
	if len(st.Words) < 2 || st.Words[1].Text == "" {
		c.AlertTight(&st.Words[len(st.Words)-1], "'%s' expects <name> as arguments.", st.Keyword())
		return nil, false
	}
	return &st.Words[1], true
}

func compileGroup(c *registry.Compiler, st *ast.Statement) {
	w, ok := name(c, st)
	if !ok {
		return
	}
	if b, at := registry.OddByte(w.Text); at >= 0 {
		c.Diags.Line(diag.Alert, w.At(at, 1), st.Source, "character '%c' is not permitted in 'group' name '%s'.", b, w.Text)
		return
	}
	members := ""
	for i := 2; i < len(st.Words) && st.Words[i].Text != ""; i += 2 {
		if st.Words[i].Text != "users" {
			c.AlertTight(&st.Words[i], "'group' only supports 'users' option.")
			return
		}
		members = argument(st, i)
	}
	l := c.Userlist
	if !l.AddGroup(w.Text) {
		c.Diags.Line(diag.Warning, w.Pos, st.Source, "ignoring duplicated group '%s' in userlist '%s'.", w.Text, l.Name)
		return
	}
	c.Later(registry.Resolve, func() {
		for user := range list(members) {
			if !l.Join(user, w.Text) {
				c.Diags.Config(diag.Alert, "userlist '%s': no such user '%s' specified in group '%s'", l.Name, user, w.Text).Pos = w.Pos
				return
			}
		}
	})
}

func compileUser(c *registry.Compiler, st *ast.Statement) {
	w, ok := name(c, st)
	if !ok {
		return
	}
	u, groups := &userlist.User{}, ""
	for i := 2; i < len(st.Words) && st.Words[i].Text != ""; i += 2 {
		switch st.Words[i].Text {
		case "password":
			u.Hash, u.Plain = argument(st, i), false
			if u.Hash != "" && userlist.Foreign(u.Hash) {
				c.Warn(&st.Words[i+1], "user '%s' in userlist '%s' : the password's hash is none of those that gohap knows, "+
					"$1$, $2a$, $2b$, $2y$, $5$, $6$ and $y$, so it never matches.", w.Text, c.Userlist.Name)
			}
		case "insecure-password":
			u.Hash, u.Plain = argument(st, i), true
		case "groups":
			groups = argument(st, i)
		default:
			c.AlertTight(&st.Words[i], "'user' only supports 'password', 'insecure-password' and 'groups' options.")
			return
		}
	}
	l := c.Userlist
	if !l.AddUser(w.Text, u) {
		c.Diags.Line(diag.Warning, w.Pos, st.Source, "ignoring duplicated user '%s' in userlist '%s'.", w.Text, l.Name)
		return
	}
	c.Later(registry.Resolve, func() {
		for group := range list(groups) {
			if !l.HasGroup(group) {
				c.Diags.Config(diag.Alert, "userlist '%s': no such group '%s' specified in user '%s'", l.Name, group, w.Text).Pos = w.Pos
				return
			}
			l.Join(w.Text, group)
		}
	})
}

// argument is the word behind word i; HAProxy takes a missing one as empty.
func argument(st *ast.Statement, i int) string {
	if i+1 < len(st.Words) {
		return st.Words[i+1].Text
	}
	return ""
}

// list yields the names that commas separate.
func list(names string) func(func(string) bool) {
	return func(yield func(string) bool) {
		for name := range strings.SplitSeq(names, ",") {
			if name != "" && !yield(name) {
				return
			}
		}
	}
}
