// Small edits of a NetworkSpec, as the desktop, the fixes of check() and tests make them. `container` is the
// drawn path of the graph to edit, "" for the top. Nothing is changed when an edit is refused; a refusal says
// why.
//
//   Result<std::string> name = addNode(network, "encoder", "conv2d");
//   Result<void> wired = connect(network, "encoder", {"input", 0, *name, 0});
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/network/layer_type.h"

namespace bypath {

// "conv" for conv2d, "block" for residual_block: what a new node of that type is called, before its number.
std::string baseName(std::string_view type);
// Why this cannot be a node's name; empty when it can: letters, digits, '_' and '-', at most 64.
std::string nameProblem(std::string_view name);

// Adds an unconnected node; an empty name takes a free one. Returns its name. A new part gets an input and an
// output.
Result<std::string> addNode(NetworkSpec& network, std::string_view container, std::string_view type,
                            Attributes attributes = {}, std::string name = {});
// Removes nodes and their wires. Where a part loses a port, the wires of that port go too.
Result<void> removeNodes(NetworkSpec& network, std::string_view container,
                         const std::vector<std::string>& names);
// Removes a node and wires whoever read it to whoever it read: output 0 to the lowest connected input.
Result<void> dissolveNode(NetworkSpec& network, std::string_view container, std::string_view name);
Result<void> renameNode(NetworkSpec& network, std::string_view container, std::string_view name,
                        const std::string& to);

// Draws a wire; the wire that ended at that input before goes. Refuses unknown ends and cycles.
Result<void> connect(NetworkSpec& network, std::string_view container, Wire wire);
Result<void> disconnect(NetworkSpec& network, std::string_view container, std::string_view to, int toPort);
// Splices a node that is already there into a wire, by its input and output 0.
Result<void> insertOnWire(NetworkSpec& network, std::string_view container, std::string_view name,
                          const Wire& wire);

// Sets an attribute; the default, or no value, removes what was set. The value is validated.
Result<void> setAttribute(NetworkSpec& network, std::string_view container, std::string_view name,
                          std::string_view key, const std::optional<AttributeValue>& value,
                          const LayerCatalog& catalog);

// Moves nodes into a new part in their place; wires across its border become ports. Refused when a way
// between two of them leads through a third. Returns the part's name.
Result<std::string> groupIntoPart(NetworkSpec& network, std::string_view container,
                                  const std::vector<std::string>& names, std::string partName = {});
// Puts what is inside a part in its place. Names taken outside get a number.
Result<void> ungroup(NetworkSpec& network, std::string_view container, std::string_view name);

}  // namespace bypath
