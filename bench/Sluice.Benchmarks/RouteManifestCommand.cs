using System.Globalization;
using System.Text;

namespace Sluice.Benchmarks;

/// <summary>The <c>route-manifest</c> verb: writes a <see cref="RouteManifest"/>.</summary>
internal static class RouteManifestCommand
{
    public static int Run(ReadOnlySpan<string> options)
    {
        if (options is not ["--services", var s, "--endpoints", var e, "--output", var output, .. var rest] || rest is not ([] or ["--plain"]) ||
            !int.TryParse(s, NumberStyles.None, CultureInfo.InvariantCulture, out var services) || services is 0 or > RouteManifest.MaxServices ||
            !int.TryParse(e, NumberStyles.None, CultureInfo.InvariantCulture, out var endpoints) || endpoints > RouteManifest.MaxEndpoints)
        {
            return Usage();
        }

        using StreamWriter writer = new(output, append: false, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), 1 << 16) { NewLine = "\n" };
        new RouteManifest(services, endpoints, isPlain: rest.Length > 0).WriteTo(writer);
        return 0;
    }

    public static int Usage()
    {
        Console.Error.WriteLine($"""
            usage: route-manifest --services N --endpoints N --output FILE [--plain]
              --services   Services in the list, at most {RouteManifest.MaxServices}
              --endpoints  endpoints of each Service, at most {RouteManifest.MaxEndpoints}
              --output     file to write
              --plain      no Service has other than its cluster address
            """);
        return 2;
    }
}
