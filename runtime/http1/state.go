package http1

// The states of HAProxy's parser that errors are reported in, as "show errors"
// writes them.
const (
	stateRequestBefore    = "MSG_RQBEFORE(0)"
	stateRequestBeforeCR  = "MSG_RQBEFORE_CR(1)"
	stateMethod           = "MSG_RQMETH(2)"
	stateTarget           = "MSG_RQURI(4)"
	stateRequestVersion   = "MSG_RQVER(6)"
	stateRequestLineEnd   = "MSG_RQLINE_END(7)"
	stateResponseBefore   = "MSG_RPBEFORE(8)"
	stateResponseBeforeCR = "MSG_RPBEFORE_CR(9)"
	stateResponseVersion  = "MSG_RPVER(10)"
	stateVersionBlank     = "MSG_RPVER_SP(11)"
	stateStatus           = "MSG_RPCODE(12)"
	stateReason           = "MSG_RPREASON(14)"
	stateResponseLineEnd  = "MSG_RPLINE_END(15)"
	stateName             = "MSG_HDR_NAME(17)"
	stateBlankLF          = "MSG_HDR_L1_LF(20)"
	stateValue            = "MSG_HDR_VAL(22)"
	stateValueLF          = "MSG_HDR_L2_LF(23)"
	stateValueEnd         = "MSG_HDR_L2_LWS(24)"
	stateLastLF           = "MSG_LAST_LF(25)"
	stateChunkSize        = "MSG_CHUNK_SIZE(26)"
	stateData             = "MSG_DATA(27)"
	stateChunkCRLF        = "MSG_CHUNK_CRLF(28)"
	stateTrailers         = "MSG_TRAILERS(29)"
	stateDone             = "MSG_DONE(30)"
)

// pausedAt returns HAProxy's name for a state in which more input is awaited.
func pausedAt(state uint8, k kind) string {
	switch state {
	case sStart:
		if k == response {
			return stateResponseBefore
		}
		return stateRequestBefore
	case sMethod:
		return stateMethod
	case sTarget:
		return stateTarget
	case sVersion:
		if k == response {
			return stateResponseVersion
		}
		return stateRequestVersion
	case sStatus:
		return stateStatus
	case sReason:
		return stateReason
	case sName:
		return stateName
	case sValue:
		return stateValue
	}
	return stateLastLF
}
