using System.Globalization;
using Spectre.Console;

namespace GrpoMonteCarlo.Worker.Progress;

/// <summary>Shows a run's progress on standard error: a bar on a terminal, elsewhere a line now and then.</summary>
internal static class ProgressDisplay
{
    private static readonly TimeSpan BarInterval = TimeSpan.FromMilliseconds(200);

    // For the logs of batch jobs: soon a sign of life, then few lines.
    private static readonly TimeSpan LineInterval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LateLineInterval = TimeSpan.FromMinutes(1);

    /// <summary>Shows the progress until the task ends, however it ends.</summary>
    public static Task ShowAsync(RunProgress progress, Task until) =>
        Console.IsErrorRedirected ? ShowLinesAsync(progress, until) : ShowBarAsync(progress, until);

    private static async Task ShowBarAsync(RunProgress progress, Task until)
    {
        IAnsiConsole terminal = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        await terminal.Progress()
            .HideCompleted(true)
            .Columns(new ProgressBarColumn { Width = 10 }, new PercentageColumn(), new TaskDescriptionColumn { Alignment = Justify.Left })
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
        while (await StillRunning(until, progress.Elapsed < LateLineInterval ? LineInterval : LateLineInterval))
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
        string left = progress.TimeLeft is { } time && progress.CellsDone < progress.Cells ? $", {Text(time)} left" : "";
        string z = progress.LargestStepZ is { } largest ? string.Create(CultureInfo.InvariantCulture, $", largest |step_z| {largest:F2}") : "";
        return $"{progress.CellsDone}/{progress.Cells} cells, {Text(progress.RolloutsDone)} of {Text(progress.Rollouts)} rollouts, {Text(progress.Rate)}/s, after {Text(progress.Elapsed)}{left}{z}";
    }

    private static string Text(TimeSpan time) => time switch
    {
        { TotalDays: >= 2 } => string.Create(CultureInfo.InvariantCulture, $"{time.TotalDays:F1} days"),
        { TotalHours: >= 1 } => string.Create(CultureInfo.InvariantCulture, $"{time.TotalHours:F1} h"),
        { TotalMinutes: >= 1 } => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMinutes:F1} min"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:F0} s"),
    };

    private static string Text(double count) => count.ToString(count < 1e5 ? "F0" : "0.0e0", CultureInfo.InvariantCulture);
}
