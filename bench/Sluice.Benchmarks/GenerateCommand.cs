using System.Globalization;
using System.Text;

namespace Sluice.Benchmarks;

/// <summary>The <c>generate</c> verb: writes a <see cref="KubeProxyDump"/> to a file or to standard output.</summary>
internal static class GenerateCommand
{
    public static int Run(ReadOnlySpan<string> options)
    {
        int services = 10_000, endpoints = 10;
        string output = "-";
        for (; options is [var name, var value, ..]; options = options[2..])
        {
            bool known = name switch
            {
                "--services" => TryCount(value, out services),
                "--endpoints" => TryCount(value, out endpoints),
                "--output" => (output = value).Length > 0,
                _ => false,
            };
            if (!known)
            {
                return Usage();
            }
        }

        if (!options.IsEmpty || services > KubeProxyDump.MaxServices || (long)services * endpoints > KubeProxyDump.MaxEndpoints)
        {
            return Usage();
        }

        using Stream stream = output == "-" ? Console.OpenStandardOutput() : File.Create(output);
        using StreamWriter writer = new(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), 1 << 16) { NewLine = "\n" };
        new KubeProxyDump(services, endpoints).WriteTo(writer);
        return 0;
    }

    public static int Usage()
    {
        Console.Error.WriteLine($"""
            usage: generate [--services N] [--endpoints N] [--output FILE]
              --services   Services in the dump, 10000 unless told, at most {KubeProxyDump.MaxServices}
              --endpoints  endpoints of each Service, 10 unless told; at most {KubeProxyDump.MaxEndpoints} together
              --output     file to write, standard output unless told
            """);
        return 2;
    }

    private static bool TryCount(string text, out int count) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out count) && count > 0;
}
