namespace Sluice.KernelTests.Uml;

/// <summary>What the first process in User Mode Linux does: the running machine's root is its own, read-only.</summary>
internal static class UmlScript
{
    public const string Results = "results.xml";
    public const string Log = "log";
    private const string Modules = "modules";

    /// <summary>Writes the script that runs the tests of a class, and what it reads; the path of the script.</summary>
    /// <param name="folder">Where they go, and where results come to.</param>
    /// <param name="modules">The modules to load, in order.</param>
    /// <param name="testClass">The full name of the class.</param>
    public static string Write(string folder, IReadOnlyList<string> modules, string testClass)
    {
        File.WriteAllLines(Path.Combine(folder, Modules), modules);
        var script = Path.Combine(folder, "init");
        File.WriteAllText(script, Text(folder, testClass));
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        return script;
    }

    // Its kernel has no tables of nftables for IPv4, so iptables is the legacy one, whatever the machine prefers.
    private static string Text(string folder, string testClass) =>
        $"""
        #!/bin/sh
        export PATH=/run/bin:/usr/sbin:/usr/bin:/sbin:/bin:{Path.GetDirectoryName(UserModeLinux.Dotnet)}
        export HOME=/run TMPDIR=/run/tmp LC_ALL=C.UTF-8 DOTNET_EnableDiagnostics=0 {UmlKernel.Variable}=1
        mount -t proc proc /proc
        mount -t sysfs sysfs /sys
        mount -t tmpfs tmpfs /run
        mkdir /run/bin /run/tmp /run/netns /run/out
        mount -t hostfs none /run/out -o {folder}
        exec > /run/out/{Log} 2>&1
        for tool in iptables ip6tables; do
            for form in "" -save -restore; do
                ln -s "$(command -v $tool-legacy$form)" "/run/bin/$tool$form"
            done
        done
        while read -r module; do
            busybox insmod "$module" || echo "not loaded: $module"
        done < /run/out/{Modules}
        ip link set lo up
        cd /run || exit
        {UserModeLinux.Dotnet} exec {typeof(UmlScript).Assembly.Location} -noLogo -noColor -class {testClass} -xml /run/out/{Results}
        echo "exit code $?"
        sync
        busybox poweroff -f

        """;
}
