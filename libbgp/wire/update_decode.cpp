// An UPDATE from bytes to a value, with the outcomes of RFC 7606. The fields are split first; then
// each attribute goes through its row of the table (attribute_table.cpp), and what concerns the
// attributes together is done at the end.
#include <algorithm>
#include <bitset>

#include "libbgp/wire/as_path_wire.hpp"
#include "libbgp/wire/attribute_table.hpp"
#include "libbgp/wire/byte_reader.hpp"
#include "libbgp/wire/byte_writer.hpp"
#include "libbgp/wire/message.hpp"
#include "libbgp/wire/nlri.hpp"

namespace dx::bgp {

namespace {

// RFC 4271 6.3: these errors quote the attribute, the others have no data.
bool quotes_attribute(UpdateError error) {
    return error != UpdateError::MalformedAttributeList && error != UpdateError::MalformedAsPath &&
           error != UpdateError::InvalidNetworkField;
}

Notification notification_for(UpdateError error, const RawAttribute& attribute) {
    if (!quotes_attribute(error)) return notification(error);
    return notification(error, {attribute.whole.begin(), attribute.whole.end()});
}

// Whether an attribute goes on as what it came: not the AS4 ones, which end in AS_PATH and
// AGGREGATOR, and not those in PathAttributes::unknown, which have their Partial bit there.
bool keeps_partial(const AttributeRow& row) {
    const bool merged =
        row.type == attribute_type::kAs4Path || row.type == attribute_type::kAs4Aggregator;
    return row.encode != nullptr && !merged;
}

// The attributes that a route must have (RFC 4271 5; 7606 3 d).
struct Mandatory {
    std::uint8_t type;
    bool (*applies)(const Update& update, const WireContext& context);
};

constexpr Mandatory kMandatory[] = {
    {attribute_type::kOrigin, [](const Update&, const WireContext&) { return true; }},
    {attribute_type::kAsPath, [](const Update&, const WireContext&) { return true; }},
    {attribute_type::kNextHop,
     [](const Update& update, const WireContext&) { return !update.announced.empty(); }},
    {attribute_type::kLocalPref,
     [](const Update&, const WireContext& context) { return !context.external; }},
};

// The decoding of one UPDATE's attributes.
class AttributePass {
public:
    AttributePass(const WireContext& context, Update& update) : state_{context, update} {}

    // The NOTIFICATION that ends the session, if it must be.
    std::optional<Notification> run(Bytes attributes);

private:
    std::optional<Notification> take_all(Bytes attributes);
    std::optional<Notification> truncated(Bytes rest);
    std::optional<Notification> decode(const RawAttribute& attribute);
    std::optional<Notification> decode_repeated(const RawAttribute& attribute);
    std::optional<Notification> decode_unknown(const RawAttribute& attribute);
    std::optional<Complaint> decode_known(const AttributeRow& row, const RawAttribute& attribute);
    std::optional<Notification> file(const Complaint& complaint, std::uint8_t type,
                                     Notification notification);
    void merge_four_octet_attributes();
    void keep_passed_on();
    void check_mandatory();
    std::optional<Notification> check_missing_prefixes() const;
    void find_end_of_rib();
    bool announces() const;

    DecodingState state_;
    std::bitset<256> seen_;
};

std::optional<Notification> AttributePass::run(Bytes attributes) {
    if (auto reset = take_all(attributes)) return reset;
    merge_four_octet_attributes();
    keep_passed_on();
    check_mandatory();
    if (auto reset = check_missing_prefixes()) return reset;
    find_end_of_rib();
    return std::nullopt;
}

std::optional<Notification> AttributePass::take_all(Bytes attributes) {
    while (!attributes.empty()) {
        const auto attribute = take_attribute(attributes);
        if (!attribute) return truncated(attributes);
        if (auto reset = decode(*attribute)) return reset;
    }
    return std::nullopt;
}

// RFC 7606 4; 3 j where the prefixes themselves are cut off.
std::optional<Notification> AttributePass::truncated(Bytes rest) {
    const bool hides_prefixes = rest.size() > 1 && is_multiprotocol(rest[1]);
    return file({hides_prefixes ? ErrorAction::SessionReset : ErrorAction::TreatAsWithdraw,
                 UpdateError::MalformedAttributeList, "does not fit into the attributes' length"},
                rest.size() > 1 ? rest[1] : 0, notification(UpdateError::MalformedAttributeList));
}

std::optional<Notification> AttributePass::decode(const RawAttribute& attribute) {
    if (seen_[attribute.type]) return decode_repeated(attribute);
    seen_.set(attribute.type);
    const auto* row = find_attribute_row(attribute.type);
    if (!row) return decode_unknown(attribute);
    const auto complaint = decode_known(*row, attribute);
    if (!complaint) return std::nullopt;
    return file(*complaint, attribute.type, notification_for(complaint->error, attribute));
}

// RFC 7606 3 g.
std::optional<Notification> AttributePass::decode_repeated(const RawAttribute& attribute) {
    return file({is_multiprotocol(attribute.type) ? ErrorAction::SessionReset
                                                  : ErrorAction::AttributeDiscard,
                 UpdateError::MalformedAttributeList, "appears more than once"},
                attribute.type, notification(UpdateError::MalformedAttributeList));
}

// RFC 4271 5 and 6.3: a well-known one must be known; a non-transitive one is quietly ignored.
std::optional<Notification> AttributePass::decode_unknown(const RawAttribute& attribute) {
    if (!attribute.has(attribute_flag::kOptional))
        return notification_for(UpdateError::UnrecognizedWellKnownAttribute, attribute);
    if (attribute.has(attribute_flag::kTransitive)) state_.passed_on.push_back(attribute);
    return std::nullopt;
}

std::optional<Complaint> AttributePass::decode_known(const AttributeRow& row,
                                                     const RawAttribute& attribute) {
    constexpr std::uint8_t kFixed = attribute_flag::kOptional | attribute_flag::kTransitive;
    if (row.from == From::InternalOnly && state_.context.external)
        return Complaint{ErrorAction::AttributeDiscard, UpdateError::OptionalAttributeError,
                         "came from an external neighbor"};
    if ((attribute.flags & kFixed) != row.flags)
        return Complaint{row.wrong_flags, UpdateError::AttributeFlagsError,
                         "has the flags " + std::to_string(attribute.flags)};
    auto complaint = row.decode(attribute, state_);
    if (!complaint && row.flags == kFixed && attribute.has(attribute_flag::kPartial) &&
        keeps_partial(row))
        state_.update.attributes.partial |= partial_bit(row);
    return complaint;
}

std::optional<Notification> AttributePass::file(const Complaint& complaint, std::uint8_t type,
                                                Notification notification) {
    if (complaint.action == ErrorAction::SessionReset) return notification;
    auto& update = state_.update;
    if (complaint.action == ErrorAction::TreatAsWithdraw) update.treat_as_withdraw = true;
    const auto name = type == 0 ? "an attribute" : attribute_name(type);
    update.errors.push_back(
        {complaint.action, type, std::move(notification), name + " " + complaint.text});
    return std::nullopt;
}

// RFC 6793 4.2.3. From a 4-octet speaker there is nothing to merge: the decoders discarded it.
void AttributePass::merge_four_octet_attributes() {
    auto& attributes = state_.update.attributes;
    if (attributes.aggregator && state_.as4_aggregator) {
        if (attributes.aggregator->as != kAsTrans) return;
        attributes.aggregator = state_.as4_aggregator;
    }
    if (state_.as4_path) attributes.as_path = merge_as4_path(attributes.as_path, *state_.as4_path);
}

void AttributePass::keep_passed_on() {
    if (state_.passed_on.empty()) return;
    std::ranges::sort(state_.passed_on, {}, &RawAttribute::type);
    std::vector<std::uint8_t> bytes;
    ByteWriter writer(bytes);
    for (const auto& attribute : state_.passed_on) {
        writer.u8(attribute_flag::kOptional | attribute_flag::kTransitive |
                  attribute_flag::kPartial | attribute_flag::kExtendedLength);
        writer.u8(attribute.type);
        writer.u16(static_cast<std::uint16_t>(attribute.value.size()));
        writer.bytes(attribute.value);
    }
    state_.update.attributes.unknown = CompactArray<std::uint8_t>(Bytes(bytes));
}

bool AttributePass::announces() const {
    return !state_.update.announced.empty() || !state_.update.mp_announced.empty();
}

void AttributePass::check_mandatory() {
    if (!announces() || state_.update.treat_as_withdraw) return;
    for (const auto& row : kMandatory) {
        if (seen_[row.type] || !row.applies(state_.update, state_.context)) continue;
        file({ErrorAction::TreatAsWithdraw, UpdateError::MissingWellKnownAttribute, "is missing"},
             row.type, notification(UpdateError::MissingWellKnownAttribute, {row.type}));
    }
}

// RFC 7606 5.2: where attributes are broken and there are no prefixes, nobody knows whether there
// should have been some.
std::optional<Notification> AttributePass::check_missing_prefixes() const {
    const auto& update = state_.update;
    if (!update.treat_as_withdraw || !update.announced.empty() || state_.reachable)
        return std::nullopt;
    return std::ranges::find(update.errors, ErrorAction::TreatAsWithdraw, &AttributeError::action)
        ->notification;
}

// RFC 4724 2: an UPDATE with nothing in it, or with nothing but an empty MP_UNREACH_NLRI.
void AttributePass::find_end_of_rib() {
    auto& update = state_.update;
    if (!update.withdrawn.empty() || !update.announced.empty()) return;
    if (seen_.none()) update.end_of_rib = net::Family::Ipv4;
    if (seen_.count() == 1 && state_.empty_unreach)
        update.end_of_rib = update.mp_withdrawn.family();
}

// RFC 4760 8: a session without IPv4 has no use for the fields that hold IPv4.
void ignore_ipv4_fields(const UpdateLayout& layout, Update& update) {
    if (layout.withdrawn.empty() && layout.announced.empty()) return;
    update.errors.push_back({ErrorAction::AttributeDiscard, 0,
                             notification(UpdateError::OptionalAttributeError),
                             "has IPv4 prefixes, which were not negotiated"});
}

}  // namespace

// RFC 4271 6.3: lengths that do not add up; RFC 7606 3 i and j: prefixes that cannot be read.
Decoded<UpdateLayout> decode_update_layout(Bytes body) {
    ByteReader reader(body);
    const Bytes withdrawn = reader.take(reader.u16());
    const Bytes attributes = reader.take(reader.u16());
    if (!reader.ok()) return notification(UpdateError::MalformedAttributeList);
    const Bytes announced = reader.rest();
    constexpr auto kFamily = net::Family::Ipv4;
    if (!is_well_formed_nlri(kFamily, withdrawn) || !is_well_formed_nlri(kFamily, announced))
        return notification(UpdateError::InvalidNetworkField);
    return UpdateLayout{NlriView(kFamily, withdrawn), attributes, NlriView(kFamily, announced)};
}

Decoded<Update> decode_update(const UpdateLayout& layout, const WireContext& context) {
    Update update;
    if (context.families.contains(net::Family::Ipv4)) {
        update.withdrawn = layout.withdrawn;
        update.announced = layout.announced;
    } else {
        ignore_ipv4_fields(layout, update);
    }
    AttributePass pass(context, update);
    if (auto reset = pass.run(layout.attributes)) return *std::move(reset);
    return update;
}

Decoded<Update> decode_update(Bytes body, const WireContext& context) {
    const auto layout = decode_update_layout(body);
    if (!layout) return layout.error();
    return decode_update(*layout, context);
}

}  // namespace dx::bgp
