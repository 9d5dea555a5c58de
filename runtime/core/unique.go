package core

// UniqueID returns the stream's unique id ("unique-id-format"), made when it is
// first asked for. It is nil when the frontend has no format.
func (s *Stream) UniqueID() []byte {
	if s.Log.UniqueID == nil && s.Frontend.UniqueID != nil {
		s.Log.UniqueID = s.Frontend.UniqueID.Append(s.Scratch(128)[:0], s)
	}
	return s.Log.UniqueID
}
