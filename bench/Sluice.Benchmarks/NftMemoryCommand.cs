using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Sluice.Benchmarks;

/// <summary>
/// The <c>nft-memory</c> verb: the real proxy in nftables mode in this network namespace, with manifests in files of some Services each; what it
/// has resident after its start and after many changes of one endpoint, each in the kernel before the next.
/// </summary>
internal static class NftMemoryCommand
{
    private const int ServicesPerFile = 100;
    private static readonly int[] s_counts = [1_000, 10_000];

    public static int Run(ReadOnlySpan<string> options)
    {
        if (options is not ["--sluice", var program, "--services", var s, "--endpoints", var e, "--folder", var folder] ||
            !int.TryParse(s, NumberStyles.None, CultureInfo.InvariantCulture, out var services) || services is < ServicesPerFile or > RouteManifest.MaxServices ||
            !int.TryParse(e, NumberStyles.None, CultureInfo.InvariantCulture, out var endpoints) || endpoints is 0 or > RouteManifest.MaxEndpoints)
        {
            return Usage();
        }

        MeasureAsync(program, new RouteManifest(services, endpoints, isPlain: false), services / ServicesPerFile, folder).GetAwaiter().GetResult();
        return 0;
    }

    public static int Usage()
    {
        Console.Error.WriteLine($"""
            usage: nft-memory --sluice PROGRAM --services N --endpoints N --folder FOLDER
              --sluice     the program to start
              --services   how many, from {ServicesPerFile} to {RouteManifest.MaxServices}; whole files of {ServicesPerFile}
              --endpoints  endpoints of each, at most {RouteManifest.MaxEndpoints}
              --folder     where the manifests go
            """);
        return 2;
    }

    private static async Task MeasureAsync(string program, RouteManifest manifest, int files, string folder)
    {
        Directory.CreateDirectory(folder);
        for (var file = 0; file < files; file++)
        {
            Write(manifest, folder, file);
        }

        var start = Stopwatch.GetTimestamp();
        await using var proxy = RouteProxy.OfManifests(program, folder, "--proxy-mode", "nftables");
        await proxy.UntilAsync("all rules are in place");
        Print("start", Stopwatch.GetElapsedTime(start), proxy);

        start = Stopwatch.GetTimestamp();
        for (int change = 1, next = 0; next < s_counts.Length; change++)
        {
            // Another Service each time, also within its file.
            var file = change % files;
            Write(manifest, folder, file, (file * ServicesPerFile) + (change % ServicesPerFile), change);
            await proxy.UntilAsync("changes are in place");
            if (change == s_counts[next])
            {
                Print(change.ToString(CultureInfo.InvariantCulture), Stopwatch.GetElapsedTime(start), proxy);
                next++;
            }
        }
    }

    private static void Write(RouteManifest manifest, string folder, int file, int moved = -1, int to = 0)
    {
        var path = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"part-{file:D3}.json"));
        using (StreamWriter writer = new(path + ".new", append: false, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { NewLine = "\n" })
        {
            manifest.WriteTo(writer, file * ServicesPerFile, ServicesPerFile, moved, to);
        }

        File.Move(path + ".new", path, overwrite: true);
    }

    private static void Print(string word, TimeSpan time, RouteProxy proxy) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{word} {proxy.Megabytes:F0} {proxy.PeakMegabytes:F0} # MB resident, MB peak; {time.TotalSeconds:F1} s since the start or since the first change"));
}
