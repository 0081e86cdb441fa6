using System.Globalization;
using Sluice.Net;

namespace Sluice.Netfilter.Routing;

/// <summary>Reads <c>inet 10.0.0.4/24 brd 10.0.0.255 scope global secondary eth0</c>.</summary>
internal static class AddressWords
{
    public static InterfaceAddress? Read(WordCursor words, string interfaceName)
    {
        var family = words.Take();
        if (!TrySplit(words.Take(), out var local, out var length))
        {
            words.Fail<int>(family, "...");
            return null;
        }

        var address = new InterfaceAddress(local, length, false, ScopeOf(local));
        while (!words.IsAtEnd)
        {
            address = Attribute(words, address, words.Take(), interfaceName);
        }

        return address;
    }

    /// <summary>The scope that the kernel gives to an address when a listing does not print it.</summary>
    public static AddressScope ScopeOf(NetAddress address) =>
        address.IsLoopback ? AddressScope.Host :
        address is { Family: IPFamily.IPv6, IsLinkLocal: true } ? AddressScope.Link : AddressScope.Global;

    /// <summary>Reads <c>address</c> or <c>address/length</c>.</summary>
    public static bool TrySplit(string word, out NetAddress address, out int length)
    {
        var slash = word.IndexOf('/', StringComparison.Ordinal);
        length = 0;
        if (!NetAddress.TryParse(slash < 0 ? word : word[..slash], out address))
        {
            return false;
        }

        length = address.Width;
        return slash < 0 ||
            (int.TryParse(word.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out length) && length <= address.Width);
    }

    private static InterfaceAddress Attribute(WordCursor words, InterfaceAddress address, string word, string interfaceName)
    {
        switch (word)
        {
            case "brd":
                return address with { Broadcast = SameFamily(words, address, word) };
            case "peer":
                var text = words.Take();
                if (TrySplit(text, out var peer, out var length) && peer.Family == address.Address.Family)
                {
                    return address with { Peer = peer, PrefixLength = length };
                }

                words.Fail<int>(word, text);
                return address;
            case "scope":
                var scope = words.Take();
                return address with { Scope = RouteWords.Scope(scope) ?? words.Fail<AddressScope>(word, scope) ?? address.Scope };
            case "any" or "metric" or "proto":
                words.Take();
                return address;
            case "secondary" or "temporary" when !IsLabel(words, word, interfaceName):
                return address with { IsSecondary = true };
            case "deprecated" when !IsLabel(words, word, interfaceName):
                return address with { IsDeprecated = true };
            case "tentative" or "dadfailed" when !IsLabel(words, word, interfaceName):
                return address with { IsTentative = true };
            default:
                return address;
        }
    }

    // The last word of an IPv4 address is its label: an interface may be called "secondary".
    private static bool IsLabel(WordCursor words, string word, string interfaceName) => words.IsAtEnd && word == interfaceName;

    private static NetAddress? SameFamily(WordCursor words, InterfaceAddress address, string word)
    {
        var found = words.TakeAddress(word);
        return found?.Family == address.Address.Family ? found : null;
    }
}
