#include "libbgp/wire/notification.hpp"

#include <algorithm>
#include <span>
#include <utility>

#include "libbgp/wire/byte_reader.hpp"
#include "libbgp/wire/byte_writer.hpp"

namespace dx::bgp {

namespace {

template <class Subcode>
Notification make(ErrorCode code, Subcode subcode, std::vector<std::uint8_t> data) {
    return {code, static_cast<std::uint8_t>(subcode), std::move(data)};
}

bool is_cease(const Notification& notification, CeaseReason reason) {
    return notification.code == ErrorCode::Cease &&
           notification.subcode == static_cast<std::uint8_t>(reason);
}

}  // namespace

Notification notification(HeaderError error, std::vector<std::uint8_t> data) {
    return make(ErrorCode::MessageHeader, error, std::move(data));
}

Notification notification(OpenError error, std::vector<std::uint8_t> data) {
    return make(ErrorCode::OpenMessage, error, std::move(data));
}

Notification notification(UpdateError error, std::vector<std::uint8_t> data) {
    return make(ErrorCode::UpdateMessage, error, std::move(data));
}

Notification notification(FsmError error, std::vector<std::uint8_t> data) {
    return make(ErrorCode::FiniteStateMachine, error, std::move(data));
}

Notification notification(RefreshError error, std::vector<std::uint8_t> data) {
    return make(ErrorCode::RouteRefreshMessage, error, std::move(data));
}

Notification notification(CeaseReason reason, std::vector<std::uint8_t> data) {
    return make(ErrorCode::Cease, reason, std::move(data));
}

Notification prefix_limit_reached(const PrefixLimitData& data) {
    std::vector<std::uint8_t> bytes;
    ByteWriter writer(bytes);
    writer.u16(data.afi_safi.afi);
    writer.u8(data.afi_safi.safi);
    writer.u32(data.limit);
    return notification(CeaseReason::MaximumPrefixesReached, std::move(bytes));
}

std::optional<PrefixLimitData> prefix_limit_data(const Notification& notification) {
    if (!is_cease(notification, CeaseReason::MaximumPrefixesReached)) return std::nullopt;
    ByteReader reader(notification.data);
    PrefixLimitData data;
    data.afi_safi.afi = reader.u16();
    data.afi_safi.safi = reader.u8();
    data.limit = reader.u32();
    if (!reader.ok()) return std::nullopt;
    return data;
}

Notification hard_reset(const Notification& what) {
    std::vector<std::uint8_t> data{static_cast<std::uint8_t>(what.code), what.subcode};
    data.insert(data.end(), what.data.begin(), what.data.end());
    return notification(CeaseReason::HardReset, std::move(data));
}

bool is_hard_reset(const Notification& notification) {
    return is_cease(notification, CeaseReason::HardReset);
}

std::optional<Notification> inside_hard_reset(const Notification& notification) {
    if (!is_hard_reset(notification)) return std::nullopt;
    ByteReader reader(notification.data);
    Notification inner;
    inner.code = ErrorCode{reader.u8()};
    inner.subcode = reader.u8();
    // One level: nothing but an attempt to exhaust us nests them.
    if (!reader.ok() || is_cease(inner, CeaseReason::HardReset)) return std::nullopt;
    const Bytes data = reader.rest();
    inner.data.assign(data.begin(), data.end());
    return inner;
}

}  // namespace dx::bgp
