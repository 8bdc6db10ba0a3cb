#include "cli/doctor/probes/associations.hpp"

#include <linux/xfrm.h>

#include "libfib/netlink/message_batch.hpp"
#include "tests/support/catch.hpp"

using namespace dx::doctor;

namespace {

// What the kernel tells of one association.
std::optional<std::uint32_t> told(std::uint32_t spi, std::optional<std::uint32_t> if_id) {
    dx::netlink::MessageBatch batch;
    xfrm_usersa_info header{};
    header.id.spi = spi;
    batch.begin(XFRM_MSG_NEWSA, 0, 0, header);
    if (if_id) batch.put_u32(XFRMA_IF_ID, *if_id);
    batch.end();
    return if_id_in(*reinterpret_cast<nlmsghdr*>(const_cast<std::byte*>(batch.bytes().data())));
}

}  // namespace

TEST_CASE("an association of an XFRM interface has its if_id") {
    CHECK(told(0x101, 41) == 41U);
    CHECK(!told(0x101, std::nullopt));
}

TEST_CASE("what the kernel only asks for is no association yet") {
    CHECK(!told(0, 41));
}
