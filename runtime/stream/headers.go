package stream

import (
	"net/netip"

	"gohap/runtime/core"
	"gohap/runtime/http"
)

// prepareRequest adds what the proxies' options add to a request.
func (st *stream) prepareRequest() {
	fe, be := st.Frontend, st.Backend
	st.addAddress(pickForward(be.ForwardFor, fe.ForwardFor), st.Session.Src)
	st.addAddress(pickForward(be.OriginalTo, fe.OriginalTo), st.Session.Dst)
	if fe.UniqueIDHeader != "" && fe.UniqueID != nil {
		st.Req.Add(fe.UniqueIDHeader, st.UniqueID())
	}
	st.chooseCompression()
	st.compressRequest()
}

// pickForward chooses between the backend's and the frontend's setting: the
// backend's, unless only the frontend has one.
func pickForward(be, fe *core.ForwardFor) *core.ForwardFor {
	if be != nil {
		return be
	}
	return fe
}

// addAddress adds a header with an address ("option forwardfor",
// "option originalto").
func (st *stream) addAddress(f *core.ForwardFor, a netip.AddrPort) {
	if f == nil || !a.IsValid() {
		return
	}
	ip := a.Addr().Unmap()
	if f.Except.IsValid() && f.Except.Contains(ip) {
		return
	}
	if f.IfNone && st.Req.Has(f.Header) {
		return
	}
	st.Req.Add(f.Header, ip.AppendTo(st.Scratch(46)[:0]))
}

// clientNames is how header names are spelt for the client, serverNames for the
// server; nil for lower case.
func (st *stream) clientNames() *http.NameCase {
	if st.Frontend.Is(core.OptH1CaseAdjustClient) {
		return st.engine.graph.Global.NameCase
	}
	return nil
}

func (st *stream) serverNames() *http.NameCase {
	if st.Backend.Is(core.OptH1CaseAdjustServer) {
		return st.engine.graph.Global.NameCase
	}
	return nil
}
