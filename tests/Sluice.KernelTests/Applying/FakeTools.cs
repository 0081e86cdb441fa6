using Xunit;

namespace Sluice.KernelTests.Applying;

/// <summary>A folder of small shell programs that stand in for the tools.</summary>
internal sealed class FakeTools : IDisposable
{
    internal string Path { get; } = Directory.CreateTempSubdirectory("sluice-tools").FullName;

    internal string Write(string name, string script)
    {
        var path = System.IO.Path.Combine(Path, name);
        File.WriteAllText(path, $"#!/bin/sh\n{script}\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        return path;
    }

    /// <summary>Waits until something holds; fails after half a minute.</summary>
    internal static async Task UntilAsync(Func<bool> holds)
    {
        for (var i = 0; !holds(); i++)
        {
            Assert.True(i < 3000, "it did not happen");
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
