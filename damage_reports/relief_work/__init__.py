"""The relief-work quick report (救灾工作情况统计快报表): what was done, proposed and confirmed."""
