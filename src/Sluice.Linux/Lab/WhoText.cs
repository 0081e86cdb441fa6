using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Text;
using Sluice.Net;

namespace Sluice.Linux.Lab;

/// <summary>What servers of the lab answer: their name and whom they saw, in one line.</summary>
internal static class WhoText
{
    /// <summary>No answer is longer.</summary>
    internal const int MaxLength = 160;

    /// <summary>The line of a server that saw this client.</summary>
    internal static byte[] Write(string server, IPEndPoint client) =>
        Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{server} {NetAddress.From(client.Address)} {client.Port}\n"));

    /// <summary>Reads a line; false while it is not complete.</summary>
    internal static bool TryRead(ReadOnlySpan<byte> line, [NotNullWhen(true)] out ConnectionResult? result)
    {
        result = null;
        if (line.IndexOf((byte)'\n') is not (var end and >= 0))
        {
            return false;
        }

        var words = Encoding.ASCII.GetString(line[..end]).Split(' ');
        if (words.Length != 3 || !NetAddress.TryParse(words[1], out var address) || !int.TryParse(words[2], CultureInfo.InvariantCulture, out var port))
        {
            return false;
        }

        result = new ConnectionResult.Delivered(words[0], address, port);
        return true;
    }
}
