using System.Diagnostics;
using Sluice.Linux;
using Xunit;
using YamlDotNet.RepresentationModel;

namespace Sluice.Tests.Deploy;

/// <summary>Runs <c>kubectl kustomize</c>, which needs no cluster.</summary>
internal static class Kustomization
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    /// <summary>The objects of an overlay with components; the test is skipped where kubectl is not installed.</summary>
    public static IReadOnlyList<YamlMappingNode> Build(string overlay, IEnumerable<string> components)
    {
        if (SystemPrograms.Find("kubectl") is not { } kubectl)
        {
            Assert.Skip("kubectl is not installed");
            return [];
        }

        // Within the checkout, since kustomize takes folders by relative paths only.
        var folder = Path.Combine(AppContext.BaseDirectory, "kustomization-" + Guid.NewGuid().ToString("N"));
        Directory.CreateDirectory(folder);
        try
        {
            var kustomize = Path.GetRelativePath(folder, DeployFolder.Kustomize);
            var names = components.Select(c => $"  - {kustomize}/components/{c}\n").ToList();
            File.WriteAllText(
                Path.Combine(folder, "kustomization.yaml"),
                $"resources:\n  - {kustomize}/overlays/{overlay}\n{(names.Count > 0 ? "components:\n" : "")}{string.Concat(names)}");
            return DeployFolder.Read(Run(kubectl, folder));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Run(string kubectl, string folder)
    {
        using var process = Process.Start(new ProcessStartInfo(kubectl, ["kustomize", folder])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(s_patience))
        {
            process.Kill();
            Assert.Fail("kubectl kustomize did not end in time");
        }

        Assert.True(process.ExitCode == 0, error.GetAwaiter().GetResult());
        return output.GetAwaiter().GetResult();
    }
}
