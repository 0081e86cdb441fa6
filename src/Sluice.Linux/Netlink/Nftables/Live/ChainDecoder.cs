using System.Text;
using Sluice.Net;
using Sluice.Netfilter.Rules;

namespace Sluice.Linux.Netlink.Nftables.Live;

/// <summary>Reads where chains are called (NFT_MSG_NEWCHAIN).</summary>
internal static class ChainDecoder
{
    private const int NFTA_HOOK_DEV = 3;
    private const int NFTA_HOOK_DEVS = 4;
    private const int NFTA_CHAIN_USERDATA = 12;

    // NF_INET_INGRESS, one behind the hooks of IP.
    private const uint Ingress = 5;

    /// <summary>Where a chain of IP is called; null for one that rules jump to, and for one that a device calls.</summary>
    internal static BaseChain? Base(TableFamily family, Attributes data)
    {
        var hook = data.Nested(Nft.NFTA_CHAIN_HOOK);
        var place = Place(family, hook.UInt32(Nft.NFTA_HOOK_HOOKNUM));
        if (!hook.Has(Nft.NFTA_HOOK_HOOKNUM) || place is null)
        {
            return null;
        }

        var type = data.Text(Nft.NFTA_CHAIN_TYPE) switch { "nat" => ChainType.Nat, "route" => ChainType.Route, _ => ChainType.Filter };
        return new BaseChain(type, place.Value, (int)hook.UInt32(Nft.NFTA_HOOK_PRIORITY), Policy(data));
    }

    /// <summary>Where a device calls a chain; null for all others.</summary>
    internal static DeviceHook? Device(TableFamily family, Attributes data)
    {
        var hook = data.Nested(Nft.NFTA_CHAIN_HOOK);
        var number = hook.UInt32(Nft.NFTA_HOOK_HOOKNUM);
        if (!hook.Has(Nft.NFTA_HOOK_HOOKNUM) || Place(family, number) is not null)
        {
            return null;
        }

        var devices = new List<string>();
        var list = new NetlinkReader(hook.Bytes(NFTA_HOOK_DEVS));
        while (list.Next())
        {
            devices.Add(list.Text);
        }

        if (devices.Count == 0 && hook.Has(NFTA_HOOK_DEV))
        {
            devices.Add(hook.Text(NFTA_HOOK_DEV));
        }

        return new DeviceHook(family == TableFamily.Netdev && number == 1, (int)hook.UInt32(Nft.NFTA_HOOK_PRIORITY), Policy(data), devices.ToEquatableArray());
    }

    /// <summary>The chain's comment; null without one.</summary>
    internal static string? Comment(Attributes data) =>
        UserData.Comment(data.Bytes(NFTA_CHAIN_USERDATA)) is { IsEmpty: false } comment ? Encoding.UTF8.GetString(comment) : null;

    private static ChainPolicy Policy(Attributes data) =>
        data.Has(Nft.NFTA_CHAIN_POLICY) && data.UInt32(Nft.NFTA_CHAIN_POLICY) == Nft.NF_DROP ? ChainPolicy.Drop : ChainPolicy.Accept;

    private static Hook? Place(TableFamily family, uint number) => family switch
    {
        TableFamily.Netdev => null,
        TableFamily.Arp => number switch { 0 => Hook.Input, 1 => Hook.Output, _ => Hook.Forward },
        _ => number < Ingress ? (Hook)number : null,
    };
}
