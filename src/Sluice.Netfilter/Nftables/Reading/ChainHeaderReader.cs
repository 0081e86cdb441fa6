using Sluice.Net;
using Sluice.Netfilter.Nftables.Catalog;
using Sluice.Netfilter.Rules;

namespace Sluice.Netfilter.Nftables.Reading;

/// <summary>Reads where a chain is called: <c>type nat hook prerouting priority dstnat + 5; policy accept;</c>.</summary>
internal sealed class ChainHeaderReader(NftTokens tokens, TableScope scope)
{
    /// <summary>Reads what follows <c>type</c> into the chain; false when it is not understood.</summary>
    public bool TryRead(ChainDraft chain)
    {
        var type = tokens.TakeText();
        if (!tokens.TryTake("hook"u8) || tokens.TakeText() is not { } hook)
        {
            return false;
        }

        var devices = ReadDevices();
        if (!tokens.TryTake("priority"u8) || ReadPriority(scope.Family) is not { } priority)
        {
            return false;
        }

        return TryHook(chain, type, hook, priority, devices);
    }

    /// <summary>Says where a chain is called; false for a type or hook that nft does not have.</summary>
    public static bool TryHook(ChainDraft chain, string? type, string hook, int priority, EquatableArray<string> devices)
    {
        if (hook is "ingress" or "egress")
        {
            chain.Device = new DeviceHook(hook == "egress", priority, chain.Device?.Policy ?? ChainPolicy.Accept, devices);
            return true;
        }

        if (TypeOf(type) is not { } known || HookOf(hook) is not { } place)
        {
            return false;
        }

        chain.Base = new BaseChain(known, place, priority, chain.Base?.Policy ?? ChainPolicy.Accept);
        return true;
    }

    /// <summary>Says what happens at a chain's end.</summary>
    public static void SetPolicy(ChainDraft chain, string? word)
    {
        var policy = word == "drop" ? ChainPolicy.Drop : ChainPolicy.Accept;
        chain.Base = chain.Base is null ? null : chain.Base with { Policy = policy };
        chain.Device = chain.Device is null ? null : chain.Device with { Policy = policy };
    }

    /// <summary>Reads <c>device "eth0"</c> or <c>devices = { eth0, eth1 }</c>; empty when neither comes.</summary>
    public EquatableArray<string> ReadDevices()
    {
        if (tokens.TryTake("device"u8))
        {
            return tokens.TakeText() is { } device ? [device] : default;
        }

        var devices = new List<string>();
        if (tokens.TryTake("devices"u8) && tokens.TryTake("="u8) && tokens.TryTake("{"u8))
        {
            while (!tokens.TryTake("}"u8) && tokens.Kind != NftTokenKind.End)
            {
                if (tokens.TakeText() is { } device)
                {
                    devices.Add(device);
                }
                else
                {
                    tokens.Advance();
                }
            }
        }

        return devices.ToEquatableArray();
    }

    /// <summary>Reads a number, or a name with an offset; null when it is neither.</summary>
    public int? ReadPriority(TableFamily family)
    {
        var isBelow = tokens.TryTake("-"u8);
        if (tokens.TakeNumber() is <= int.MaxValue and var number)
        {
            return isBelow ? -(int)number : (int)number;
        }

        if (isBelow || tokens.TakeText() is not { } name || PriorityNames.Find(family, name) is not { } priority)
        {
            return null;
        }

        var sign = tokens.TryTake("+"u8) ? 1 : tokens.TryTake("-"u8) ? -1 : 0;
        return sign == 0 ? priority : tokens.TakeNumber() is <= ushort.MaxValue and var offset ? priority + (sign * (int)offset) : null;
    }

    private static ChainType? TypeOf(string? word) => word switch
    {
        "filter" => ChainType.Filter,
        "nat" => ChainType.Nat,
        "route" => ChainType.Route,
        _ => null,
    };

    private static Hook? HookOf(string word) => word switch
    {
        "prerouting" => Hook.Prerouting,
        "input" => Hook.Input,
        "forward" => Hook.Forward,
        "output" => Hook.Output,
        "postrouting" => Hook.Postrouting,
        _ => null,
    };
}
