package stream

import (
	"gohap/runtime/conn/proxyproto"
	"gohap/runtime/ssl"
)

// The kinds of TLVs about TLS, the last five within the first, and the bits of
// what the client did.
const (
	tlvTLS     = 0x20
	tlvVersion = 0x21
	tlvCN      = 0x22
	tlvCipher  = 0x23
	tlvSig     = 0x24
	tlvKey     = 0x25

	usesTLS       = 0x01
	certOnConn    = 0x02
	certOfSession = 0x04
)

// tlsTLV appends what a PROXY header says of the client's TLS. name, cipher, sig
// and key say which parts are wanted.
func (st *stream) tlsTLV(b []byte, name, cipher, sig, key bool) []byte {
	v := append(st.Scratch(256)[:0], 0, 0, 0, 0, 0)
	if t := st.Session.TLS; t != nil {
		v[0] = usesTLS
		if len(t.Peer) > 0 {
			v[0] |= certOfSession
			if !t.Resumed {
				v[0] |= certOnConn
			}
			v[4] = byte(t.Verdict.Result)
		}
		v = proxyproto.AppendTLV(v, tlvVersion, []byte(ssl.VersionName(t.Version)))
		if name && len(t.Peer) > 0 {
			if cn, ok := ssl.ParseName(t.Peer[0].RawSubject).Find("CN", 1); ok {
				v = proxyproto.AppendTLV(v, tlvCN, []byte(cn))
			}
		}
		if key && t.Own != nil {
			v = proxyproto.AppendTLV(v, tlvKey, []byte(ssl.KeyKind(t.Own.Leaf())))
		}
		if sig && t.Own != nil {
			v = proxyproto.AppendTLV(v, tlvSig, []byte(ssl.SignatureAlgorithm(t.Own.Leaf())))
		}
		if cipher {
			v = proxyproto.AppendTLV(v, tlvCipher, []byte(ssl.CipherName(t.Cipher)))
		}
	}
	return proxyproto.AppendTLV(b, tlvTLS, v)
}
