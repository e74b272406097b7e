using System.Runtime.InteropServices;
using Microsoft.Extensions.Hosting;

namespace GrpoMonteCarlo.Worker.Hosting;

/// <summary>
/// Ends the host at SIGINT or SIGTERM, as the console lifetime does, and remembers which it was: the exit code says it. What was
/// finished is saved before the process ends; a further SIGINT ends it at once.
/// </summary>
internal sealed class SignalLifetime(IHostApplicationLifetime application, RunOutcome outcome) : IHostLifetime, IDisposable
{
    private readonly List<PosixSignalRegistration> _registrations = [];

    public Task WaitForStartAsync(CancellationToken cancellationToken)
    {
        Register(PosixSignal.SIGINT, ExitCode.Interrupted);
        Register(PosixSignal.SIGTERM, ExitCode.Terminated);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _registrations.ForEach(registration => registration.Dispose());

    private void Register(PosixSignal signal, int exitCode) => _registrations.Add(PosixSignalRegistration.Create(signal, context =>
    {
        context.Cancel = true;
        if (signal == PosixSignal.SIGINT && outcome.IsSet)
        {
            // Whoever asks twice waits for nothing: what is on the disk is whole, and the range in flight is lost.
            Environment.Exit(outcome.ExitCode);
        }

        outcome.Set(exitCode);
        application.StopApplication();
    }));
}
