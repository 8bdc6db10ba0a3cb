#include "cli/doctor/probes/associations.hpp"

#include <linux/xfrm.h>
#include <memory>

#include <netlink/netlink.h>
#include <netlink/socket.h>

#include "libfib/netlink/attributes.hpp"

namespace dx::doctor {
namespace {

using IfIds = std::set<std::uint32_t>;

int take(nl_msg* message, void* into) {
    if (const auto if_id = if_id_in(*nlmsg_hdr(message))) static_cast<IfIds*>(into)->insert(*if_id);
    return NL_OK;
}

}  // namespace

// One without an SPI is the kernel's wish for an association, made by a packet that needs it.
std::optional<std::uint32_t> if_id_in(nlmsghdr& message) {
    const auto* const header = netlink::header_of<xfrm_usersa_info>(message);
    if (message.nlmsg_type != XFRM_MSG_NEWSA || !header || header->id.spi == 0) return std::nullopt;
    const auto attributes = netlink::Attributes<XFRMA_MAX>::of(message, sizeof *header);
    return attributes ? attributes->u32(XFRMA_IF_ID) : std::nullopt;
}

std::optional<IfIds> read_associations() {
    const std::unique_ptr<nl_sock, void (*)(nl_sock*)> socket(nl_socket_alloc(), nl_socket_free);
    IfIds found;
    nl_socket_modify_cb(socket.get(), NL_CB_VALID, NL_CB_CUSTOM, take, &found);
    if (nl_connect(socket.get(), NETLINK_XFRM) < 0 ||
        nl_send_simple(socket.get(), XFRM_MSG_GETSA, NLM_F_DUMP, nullptr, 0) < 0 ||
        nl_recvmsgs_default(socket.get()) < 0)
        return std::nullopt;
    return found;
}

}  // namespace dx::doctor
