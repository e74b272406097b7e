using System.CommandLine;
using GrpoMonteCarlo.Worker.Reports;

namespace GrpoMonteCarlo.Worker.Commands;

/// <summary><c>grpomc report DIR</c>: figures, tables and a page to read, from a finished run's datasets.</summary>
internal static class ReportCommand
{
    public static Command Create()
    {
        var folder = new Argument<string>("DIR")
        {
            Description = "The folder of a finished run; the report is written into it.",
        };
        var command = new ToolCommand(
            "report",
            "Write a finished run's report: report.html, figures/*.svg, tables/*.csv and tables/*.tex.",
            "grpomc report results/quickstart")
        {
            folder,
        };
        command.SetAction(parsed =>
        {
            IReadOnlyList<string> files = Report.Write(parsed.GetRequiredValue(folder));
            Console.Out.Write($"report: {files[^1]}, {files.Count - 1} figures and tables beside it\n");
            return ExitCode.Done;
        });
        return command;
    }
}
