namespace Sluice.Netfilter.Routing;

/// <summary>
/// What a command gives an interface: <c>ip address add 10.96.0.1/32 dev kube-ipvs0</c>, or <c>ip link add kube-ipvs0 type dummy</c>, which only makes
/// one.
/// </summary>
/// <param name="Interface">The interface.</param>
/// <param name="Address">The address; null for an interface that is made.</param>
internal sealed record AddressCommand(string Interface, InterfaceAddress? Address)
{
    /// <summary>Reads a line that is such a command; null when it is none.</summary>
    public static AddressCommand? Read(ReadOnlySpan<byte> line)
    {
        if (!line.StartsWith("ip "u8) || line.Length > 400)
        {
            return null;
        }

        var words = new WordCursor(line);
        words.Take();
        while (words.Peek.StartsWith('-'))
        {
            words.Take();
        }

        var kind = words.Take();
        return words.Take() != "add" ? null
            : kind is "a" or "addr" or "address" ? Added(words)
            : kind is "l" or "link" && words.Take() is { Length: > 0 } name && words.TakeIf("type") ? new AddressCommand(name, null)
            : null;
    }

    private static AddressCommand? Added(WordCursor words)
    {
        if (!AddressWords.TrySplit(words.Take(), out var address, out var length))
        {
            return null;
        }

        while (!words.IsAtEnd)
        {
            if (words.TakeIf("dev"))
            {
                return words.Take() is { Length: > 0 } name
                    ? new AddressCommand(name, new InterfaceAddress(address, length, IsSecondary: false, AddressWords.ScopeOf(address)))
                    : null;
            }

            words.Take();
        }

        return null;
    }
}
