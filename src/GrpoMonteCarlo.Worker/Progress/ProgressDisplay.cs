using System.Globalization;
using Spectre.Console;

namespace GrpoMonteCarlo.Worker.Progress;

/// <summary>Shows a run's progress on standard error: a bar on a terminal, elsewhere a line now and then.</summary>
internal static class ProgressDisplay
{
    private static readonly TimeSpan BarInterval = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LineInterval = TimeSpan.FromSeconds(10);

    /// <summary>Shows the progress until the task ends, however it ends.</summary>
    public static Task ShowAsync(RunProgress progress, Task until) =>
        Console.IsErrorRedirected ? ShowLinesAsync(progress, until) : ShowBarAsync(progress, until);

    private static async Task ShowBarAsync(RunProgress progress, Task until)
    {
        IAnsiConsole terminal = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        await terminal.Progress()
            .HideCompleted(true)
            .Columns(new ProgressBarColumn(), new PercentageColumn(), new TaskDescriptionColumn { Alignment = Justify.Left })
            .StartAsync(async context =>
            {
                ProgressTask bar = context.AddTask(Markup.Escape(Describe(progress)), maxValue: Math.Max(progress.Rollouts, 1));
                while (await StillRunning(until, BarInterval))
                {
                    bar.Value = progress.RolloutsDone;
                    bar.Description = Markup.Escape(Describe(progress));
                }
            });
    }

    private static async Task ShowLinesAsync(RunProgress progress, Task until)
    {
        while (await StillRunning(until, LineInterval))
        {
            await Console.Error.WriteLineAsync(Describe(progress));
        }

        await Console.Error.WriteLineAsync(Describe(progress));
    }

    private static async Task<bool> StillRunning(Task until, TimeSpan interval)
    {
        await Task.WhenAny(until, Task.Delay(interval));
        return !until.IsCompleted;
    }

    private static string Describe(RunProgress progress)
    {
        string left = progress.TimeLeft is { } time && progress.CellsDone < progress.Cells
            ? string.Create(CultureInfo.InvariantCulture, $", {time:d\\.hh\\:mm\\:ss} left").Replace(" 0.", " ", StringComparison.Ordinal)
            : "";
        string z = progress.LargestStepZ is { } largest ? string.Create(CultureInfo.InvariantCulture, $", largest |step_z| {largest:F2}") : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{progress.CellsDone}/{progress.Cells} cells, {progress.RolloutsDone:G3} of {progress.Rollouts:G3} rollouts, {progress.Rate:G3}/s{left}{z}");
    }
}
