using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Sets;

namespace Sluice.Dataplane.Services.Native;

/// <summary>The Service that an element of a verdict map is for, by its comment or by the chain that it leads to.</summary>
/// <param name="Name">Namespace and name.</param>
/// <param name="PortName">The port's name; null when it has none.</param>
internal readonly record struct NativeName(string Name, string? PortName)
{
    /// <summary>Reads <c>default/web:http</c>, or kube-proxy's chain names <c>service-ABCD1234-default/web/tcp/http</c>; else the chain's name, or the key.</summary>
    public static NativeName Of(SetElement element, NativeKey key)
    {
        if (ServiceComment.Read(element.Comment) is { } comment)
        {
            return new NativeName(comment.Name, comment.PortName);
        }

        var chain = TargetOf(element);
        return chain is not null && OfChain(chain) is { } name ? name : new NativeName(chain is null || IsShared(chain) ? $"{key.Protocol}/{key.Address?.WithPort(key.Port) ?? $"*:{key.Port}"}" : chain, null);
    }

    /// <summary>The chain that an element leads to; null when it decides itself.</summary>
    public static string? TargetOf(SetElement element) => element.Verdict switch
    {
        Verdict.Jump jump => jump.Chain,
        Verdict.Goto jump => jump.Chain,
        _ => null,
    };

    // kube-proxy: kind, eight characters of a hash, namespace/name/protocol/port name.
    private static NativeName? OfChain(string chain)
    {
        var slashes = chain.Split('/');
        var dashes = slashes[0].Split('-', 3);
        return slashes.Length >= 3 && dashes.Length == 3 && dashes[1].Length == 8
            ? new NativeName($"{dashes[2]}/{slashes[1]}", slashes.Length > 3 && slashes[3].Length > 0 ? slashes[3] : null)
            : null;
    }

    // A chain that serves many Services names none of them.
    private static bool IsShared(string chain) => !chain.Contains('/', StringComparison.Ordinal);
}
