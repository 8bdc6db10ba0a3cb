#include "libfib/text/edit_distance.hpp"

#include "tests/support/catch.hpp"

using dx::text::edit_distance;

TEST_CASE("each slip of a hand counts once") {
    CHECK(edit_distance("summary", "summary") == 0);
    CHECK(edit_distance("sumary", "summary") == 1);    // left out
    CHECK(edit_distance("summmary", "summary") == 1);  // put in
    CHECK(edit_distance("sumnary", "summary") == 1);   // changed
    CHECK(edit_distance("summray", "summary") == 1);   // swapped
    CHECK(edit_distance("usmmray", "summary") == 2);
    CHECK(edit_distance("", "show") == 4);
    CHECK(edit_distance("show", "") == 4);
    CHECK(edit_distance("", "") == 0);
}
