using System.Diagnostics;
using System.Runtime.InteropServices;

namespace GrpoMonteCarlo.Worker.Tests;

/// <summary>What a process of the tool left behind.</summary>
internal sealed record Answer(int ExitCode, string Output, string Errors)
{
    public Answer Expect(int exitCode)
    {
        Assert.True(ExitCode == exitCode, $"exit code {ExitCode}, not {exitCode}\n--- stdout\n{Output}\n--- stderr\n{Errors}");
        return this;
    }
}

/// <summary>The tool in a process of its own, as built into the output folder of these tests.</summary>
internal sealed class Grpomc : IDisposable
{
    // Nothing here takes a minute: this only keeps a hanging process from hanging the tests.
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private static readonly string Tool = Path.Combine(AppContext.BaseDirectory, "grpomc.dll");

    private readonly Process _process;
    private readonly Task<string> _output;
    private readonly Task<string> _errors;

    private Grpomc(Process process)
    {
        _process = process;
        _output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        _errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
    }

    /// <summary>The dotnet that runs these tests.</summary>
    public static string DotNet { get; } = FindDotNet();

    /// <summary>The command that every run starts with.</summary>
    public static string[] Command => [DotNet, "exec", Tool];

    public bool HasExited => _process.HasExited;

    /// <summary>Peak resident memory so far, in bytes; 0 once the process is gone.</summary>
    public long PeakMemory
    {
        get
        {
            try
            {
                _process.Refresh();
                return _process.PeakWorkingSet64;
            }
            catch (InvalidOperationException)
            {
                return 0;
            }
        }
    }

    public static Grpomc Start(string folder, IEnumerable<string> arguments, params (string Name, string Value)[] environment)
    {
        Assert.True(File.Exists(Path.ChangeExtension(Tool, ".runtimeconfig.json")), $"no runtimeconfig.json beside {Tool}");
        ProcessStartInfo start = new(DotNet, ["exec", Tool, .. arguments])
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["DOTNET_TC_QuickJit"] = "1"; // a thousand short processes: what they run once need not be optimised
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        Process process = Process.Start(start)!;
        process.StandardInput.Close();
        return new Grpomc(process);
    }

    public static Answer Run(string folder, IEnumerable<string> arguments, params (string Name, string Value)[] environment)
    {
        using Grpomc process = Start(folder, arguments, environment);
        return process.Wait();
    }

    /// <summary>Whether the process ends by itself within a time.</summary>
    public bool EndsWithin(TimeSpan time) => _process.WaitForExit(time);

    public Answer Wait()
    {
        if (!_process.WaitForExit(Patience))
        {
            Kill();
            Assert.Fail($"still running after {Patience}");
        }

        return new Answer(_process.ExitCode, _output.GetAwaiter().GetResult(), _errors.GetAwaiter().GetResult());
    }

    /// <summary>Waits for something that the running process does.</summary>
    public void WaitUntil(Func<bool> happened, string what)
    {
        long started = Stopwatch.GetTimestamp();
        while (!happened())
        {
            if (HasExited)
            {
                Answer answer = Wait();
                Assert.Fail($"ended with {answer.ExitCode} before {what}\n{answer.Output}\n{answer.Errors}");
            }

            Assert.True(Stopwatch.GetElapsedTime(started) < Patience, $"no {what} after {Patience}");
            Thread.Sleep(5);
        }
    }

    /// <summary>SIGKILL: the process is told nothing.</summary>
    public void Kill() => _process.Kill();

    /// <summary>Sends a signal by its name, INT or TERM.</summary>
    public void Signal(string name)
    {
        using var kill = Process.Start("sh", ["-c", $"kill -{name} {_process.Id}"]);
        kill.WaitForExit();
        Assert.Equal(0, kill.ExitCode);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
    }

    // The tests may run in an executable of their own, so the process's own path does not say where dotnet is; the runtime's does.
    private static string FindDotNet()
    {
        string name = OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet";
        string besideRuntime = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", name));
        string?[] candidates = [Environment.GetEnvironmentVariable("DOTNET_HOST_PATH"), besideRuntime];
        return candidates.FirstOrDefault(File.Exists) ?? name;
    }
}
