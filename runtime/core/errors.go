package core

import (
	"maps"

	"gohap/parser/diag"
	"gohap/runtime/http/errorpage"
)

// HTTPErrors is an http-errors section (configuration.txt 3.8): pages by status.
type HTTPErrors struct {
	Name  string
	Pos   diag.Pos
	Pages map[int]*errorpage.Page
}

// SetPage makes page the proxy's answer to errors of a status. Maps that a
// defaults section may share are left alone.
func (s *Settings) SetPage(status int, page *errorpage.Page) {
	s.ErrorReplies = maps.Clone(s.ErrorReplies)
	delete(s.ErrorReplies, status)
	if s.Errors = maps.Clone(s.Errors); s.Errors == nil {
		s.Errors = map[int]*errorpage.Page{}
	}
	s.Errors[status] = page
}

// SetErrorReply makes what an action leaves in Reply the answer to errors of a
// status.
func (s *Settings) SetErrorReply(status int, reply Action) {
	s.Errors = maps.Clone(s.Errors)
	delete(s.Errors, status)
	if s.ErrorReplies = maps.Clone(s.ErrorReplies); s.ErrorReplies == nil {
		s.ErrorReplies = map[int]Action{}
	}
	s.ErrorReplies[status] = reply
}
