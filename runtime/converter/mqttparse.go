package converter

// mqttState is how far a message could be read.
type mqttState uint8

const (
	mqttWhole mqttState = iota
	mqttCut
	mqttInvalid
)

// mqttMessage reads a message and picks one field of it.
type mqttMessage struct {
	kind byte // 0 takes any
	want mqttField
	// found tells that the field is there: text or a number.
	found  bool
	text   []byte
	number uint64

	b       []byte
	version uint64
	seen    uint64 // properties, as bits
	lists   byte   // kinds of properties read
	broken  bool
	// short says that HAProxy takes the message for a cut one.
	short bool
}

func (m *mqttMessage) parse(b []byte) mqttState {
	m.b = b
	if len(b) < 2 {
		return mqttCut
	}
	kind := b[0] >> 4
	m.b = b[1:]
	length := m.varint()
	switch {
	case !mqttHead(b[0]):
		return mqttInvalid
	case m.broken && len(b) < 5:
		return mqttCut
	case m.broken || m.kind != 0 && kind != m.kind:
		return mqttInvalid
	case length > uint64(len(m.b)):
		return mqttCut
	}
	m.b = m.b[:length]
	switch kind {
	case mqttConnect:
		m.connect()
	case mqttConnack:
		m.connack()
	default:
		return mqttInvalid
	}
	switch {
	case m.short:
		return mqttCut
	case m.broken || len(m.b) > 0:
		return mqttInvalid
	}
	m.absent()
	return mqttWhole
}

// absent makes the property that is wanted and not there 0, if it is a number and
// could be there.
func (m *mqttMessage) absent() {
	p := m.want - mqttProperty
	if m.version != 5 || m.found || p < 0 {
		return
	}
	m.found = mqttProperties[p].shape < mqttString && mqttProperties[p].kinds&m.lists != 0
}

// mqttHead reports whether a message may start with that byte: a type and flags.
func mqttHead(b byte) bool {
	switch kind := b >> 4; kind {
	case 0:
		return false
	case 3: // PUBLISH; HAProxy takes it with all flags only
		return b&0x0f == 0x0f
	case 6, 8, 10: // PUBREL, SUBSCRIBE, UNSUBSCRIBE
		return b&0x0f == 2
	}
	return b&0x0f == 0
}

func (m *mqttMessage) connect() {
	name := m.string(mqttProtocolName)
	level := m.uint(1, mqttProtocolVersion)
	if m.version = level; string(name) != "MQTT" && string(name) != "MQIsdp" || level < 3 || level > 5 {
		m.broken = true
	}
	flags := m.uint(1, mqttFlags)
	m.uint(2, mqttKeepalive)
	if flags&1 != 0 {
		m.broken = true
	}
	if level == 5 {
		m.properties(inConnect)
	}
	m.string(mqttClientID)
	if flags&0x04 != 0 {
		if level == 5 {
			m.properties(inWill)
		}
		m.string(mqttWillTopic)
		m.string(mqttWillPayload)
	} else if flags&0x18 != 0 {
		m.broken = true // a will's quality, without a will
	}
	if flags&0x80 != 0 {
		m.string(mqttUsername)
	}
	if flags&0x40 != 0 {
		m.string(mqttPassword)
	}
}

func (m *mqttMessage) connack() {
	flags := m.uint(1, mqttFlags)
	m.uint(1, mqttReasonCode)
	if flags&^1 != 0 {
		m.broken = true
	}
	if len(m.b) > 0 {
		m.version = 5
		m.pick(mqttProtocolVersion, nil, 5)
		m.properties(inConnack)
	} else {
		m.pick(mqttProtocolVersion, nil, 4)
	}
}

// pick keeps a field if it is the one wanted.
func (m *mqttMessage) pick(f mqttField, text []byte, number uint64) {
	if f == m.want && !m.broken {
		m.found, m.text, m.number = true, text, number
	}
}

// take returns n bytes.
func (m *mqttMessage) take(n uint64) []byte {
	if n > uint64(len(m.b)) {
		m.broken, m.b = true, nil
		return nil
	}
	b := m.b[:n:n]
	m.b = m.b[n:]
	return b
}

func (m *mqttMessage) uint(size uint64, f mqttField) uint64 {
	n := uint64(0)
	for _, c := range m.take(size) {
		n = n<<8 | uint64(c)
	}
	m.pick(f, nil, n)
	return n
}

func (m *mqttMessage) string(f mqttField) []byte {
	v := m.take(m.uint(2, -1))
	if v == nil {
		v = []byte{}
	}
	m.pick(f, v, 0)
	return v
}

// varint reads a number of at most four groups of 7 bits, the lowest first.
func (m *mqttMessage) varint() uint64 {
	n := uint64(0)
	for i := range 4 {
		b := m.take(1)
		if m.broken {
			return 0
		}
		if n |= uint64(b[0]&0x7f) << (7 * i); b[0] < 0x80 {
			return n
		}
	}
	m.broken = true
	return 0
}

// properties reads a list of properties of a kind.
func (m *mqttMessage) properties(kind byte) {
	end := m.varint()
	if end > uint64(len(m.b)) {
		m.broken = true
		return
	}
	m.seen = 0
	m.lists |= kind
	rest := m.b[end:]
	for m.b = m.b[:end]; len(m.b) > 0 && !m.broken; {
		m.property(kind)
	}
	m.b = rest
}

func (m *mqttMessage) property(kind byte) {
	id := m.take(1)[0]
	if int(id) >= len(mqttProperties) || mqttProperties[id].kinds&kind == 0 || id != mqttUserProperty && m.seen&(1<<id) != 0 {
		m.broken = true
		m.short = kind == inConnack
		return
	}
	m.seen |= 1 << id
	f := mqttProperty + mqttField(id)
	switch p := &mqttProperties[id]; p.shape {
	case mqttByte:
		m.uint(1, f)
	case mqttUint16:
		m.uint(2, f)
	case mqttUint32:
		m.uint(4, f)
	case mqttVarint:
		m.pick(f, nil, m.varint())
	case mqttString:
		m.string(f)
	case mqttPair:
		m.string(-1)
		m.string(-1)
	default:
		m.broken = true
	}
}
