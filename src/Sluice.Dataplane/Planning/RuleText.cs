using System.Buffers;
using Sluice.Kubernetes.Intent;
using Sluice.Net;

namespace Sluice.Dataplane.Planning;

/// <summary>
/// The one place where names become part of a rule's text: nothing passes that could end a quote, a line or a word.
/// </summary>
internal static class RuleText
{
    private const int LongestLabel = 63;

    private static readonly SearchValues<char> s_label = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");

    /// <summary>The Service port as comments name it.</summary>
    /// <exception cref="ArgumentException">Namespace, name or port name is no RFC 1123 label, or the protocol is no Service's.</exception>
    public static string Checked(ServicePortName name)
    {
        if (!IsLabel(name.Service.Namespace) || !IsLabel(name.Service.Name) || (name.Port.Length > 0 && !IsLabel(name.Port)))
        {
            throw new ArgumentException($"a Service port's names must be RFC 1123 labels: {Escaped(name.ToString())}", nameof(name));
        }

        if (name.Protocol != L4Protocol.Tcp && name.Protocol != L4Protocol.Udp && name.Protocol != L4Protocol.Sctp)
        {
            throw new ArgumentException($"a Service port's protocol must be TCP, UDP or SCTP: {name.Protocol}", nameof(name));
        }

        return name.ToString();
    }

    /// <summary>An interface's name, or what its name begins with and a <c>+</c>.</summary>
    /// <exception cref="ArgumentException">It is neither.</exception>
    public static string CheckedInterface(string name, bool isPrefix = false) => InterfaceName.IsValid(name, isPrefix)
        ? name + (isPrefix ? "+" : "")
        : throw new ArgumentException($"not the name of an interface: {Escaped(name)}", nameof(name));

    private static bool IsLabel(string text) =>
        text.Length is > 0 and <= LongestLabel && text.AsSpan().IndexOfAnyExcept(s_label) < 0 && text[0] != '-' && text[^1] != '-';

    private static string Escaped(string text) => $"'{Uri.EscapeDataString(text)}'";
}
