using System.Buffers;
using System.Globalization;
using System.Text;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Sluice.Kubernetes.Yaml;

/// <summary>Writes YAML scalars as JSON, by the rules that kubectl has: YAML 1.1, with quoted text always text.</summary>
internal static class JsonScalar
{
    private const string TagPrefix = "tag:yaml.org,2002:";

    private static readonly SearchValues<char> s_escaped = SearchValues.Create([.. Enumerable.Range(0, 32).Select(c => (char)c), '"', '\\', (char)127]);

    /// <summary>Writes the value that a scalar stands for.</summary>
    public static void Write(IBufferWriter<byte> output, Scalar scalar)
    {
        if (IsResolved(scalar) && Resolve(scalar.Value) is { } value)
        {
            Encoding.UTF8.GetBytes(value, output);
        }
        else
        {
            WriteString(output, scalar.Value);
        }
    }

    /// <summary>Writes a JSON string.</summary>
    public static void WriteString(IBufferWriter<byte> output, string text)
    {
        output.Write("\""u8);
        var rest = text.AsSpan();
        while (rest.IndexOfAny(s_escaped) is >= 0 and var at)
        {
            Encoding.UTF8.GetBytes(rest[..at], output);
            Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"\\u{(int)rest[at]:x4}"), output);
            rest = rest[(at + 1)..];
        }

        Encoding.UTF8.GetBytes(rest, output);
        output.Write("\""u8);
    }

    private static bool IsResolved(Scalar scalar) => scalar.Tag.IsEmpty
        ? scalar.Style == ScalarStyle.Plain
        : scalar.Tag.Value is TagPrefix + "int" or TagPrefix + "bool" or TagPrefix + "null" or TagPrefix + "float";

    /// <summary>The JSON of a plain scalar that is no text; null for text.</summary>
    private static string? Resolve(string text) => text switch
    {
        "" or "~" or "null" or "Null" or "NULL" => "null",
        "true" or "True" or "TRUE" or "yes" or "Yes" or "YES" or "on" or "On" or "ON" => "true",
        "false" or "False" or "FALSE" or "no" or "No" or "NO" or "off" or "Off" or "OFF" => "false",
        [(>= '0' and <= '9') or '-' or '+' or '.', ..] => Number(text),
        _ => null,
    };

    private static string? Number(string text)
    {
        // Addresses and dates end here, the first at their second point.
        if (text.AsSpan(1).ContainsAnyExcept("0123456789abcdefABCDEFxo_.+-") || text.Count(c => c == '.') > 1)
        {
            return null;
        }

        var digits = text.Replace("_", "").TrimStart('+');
        var isNegative = digits.StartsWith('-');
        var body = isNegative ? digits[1..] : digits;
        var whole = body switch
        {
            ['0', 'x' or 'X', .. var hex] => Parse(hex, 16),
            ['0', 'o', .. var octal] => Parse(octal, 8),
            ['0', 'b', .. var binary] => Parse(binary, 2),
            ['0', _, ..] when body.All(char.IsAsciiDigit) => Parse(body, 8),
            [_, ..] when body.All(char.IsAsciiDigit) => body,
            _ => null,
        };
        if (whole is not null)
        {
            return isNegative ? "-" + whole : whole;
        }

        // As text of its own again: JSON has no ".5" and no "5.".
        return body.Any(char.IsAsciiDigit) && body.IndexOfAny(['.', 'e', 'E']) >= 0 && body[0] is not ('e' or 'E' or '+' or '-') &&
            double.TryParse(digits, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
            ? number.ToString("R", CultureInfo.InvariantCulture)
            : null;
    }

    private static string? Parse(string digits, int radix)
    {
        if (digits.Length is 0 or > 64)
        {
            return null;
        }

        UInt128 value = 0;
        foreach (var c in digits)
        {
            var digit = char.IsAsciiHexDigit(c) ? Convert.ToInt32(c.ToString(), 16) : radix;
            if (digit >= radix || value > ulong.MaxValue)
            {
                return null;
            }

            value = (value * (uint)radix) + (uint)digit;
        }

        return value.ToString(CultureInfo.InvariantCulture);
    }
}
