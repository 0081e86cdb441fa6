namespace Sluice.Linux.Netlink.Nftables;

/// <summary>A part of a rule or set that this program reads but does not write over netlink.</summary>
/// <param name="part">The part, for a message.</param>
internal sealed class NftNotSupportedException(string part) : Exception(part + " cannot be written over netlink");
